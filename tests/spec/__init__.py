"""The specimen people of the policies are the specification: every engine must say what they say."""
