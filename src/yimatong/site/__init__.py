"""Where the product is put together for a machine: settings, database, web server entry, logs."""
