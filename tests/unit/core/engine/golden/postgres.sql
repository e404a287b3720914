WITH moment AS (SELECT %(as_of)s::integer AS as_of),
"people" AS (SELECT "person", "division" FROM engine_people WHERE person = %(person)s::integer),
"facts" AS (SELECT "fact", "person", "kind" COLLATE "C" AS "kind", "detail" COLLATE "C" AS "detail", "start", "end", "onset" FROM engine_facts WHERE person = %(person)s::integer),
"visits" AS (SELECT "person", "level" COLLATE "C" AS "level", "division", "place", "area", "start", "end" FROM engine_visits WHERE person = %(person)s::integer),
"travels" AS (SELECT "person", "division", "place", "start", "end" FROM engine_travels WHERE person = %(person)s::integer),
"exposures" AS (SELECT "person", "place", "end" FROM engine_exposures WHERE person = %(person)s::integer),
"neighbours" AS (SELECT "person", "source" COLLATE "C" AS "source", "stairwell", "end" FROM engine_neighbours WHERE person = %(person)s::integer),
"rules" ("fact", "detail", "rule", "severity", "days", "from_end", "or_fact_end") AS (SELECT 'case'::text COLLATE "C", 'confirmed'::text COLLATE "C", 'red.case'::text COLLATE "C", 2::integer, 60::integer, 0::integer, 1::integer UNION ALL SELECT 'visit'::text COLLATE "C", 'key'::text COLLATE "C", 'red.visit'::text COLLATE "C", 2::integer, 14::integer, 1::integer, 0::integer UNION ALL SELECT 'exposure'::text COLLATE "C", 'confirmed'::text COLLATE "C", 'red.visit'::text COLLATE "C", 2::integer, 14::integer, 1::integer, 0::integer UNION ALL SELECT 'travel'::text COLLATE "C", 'other_province'::text COLLATE "C", 'yellow.travel'::text COLLATE "C", 1::integer, 7::integer, 1::integer, 0::integer UNION ALL SELECT 'neighbour'::text COLLATE "C", 'case'::text COLLATE "C", 'yellow.travel'::text COLLATE "C", 1::integer, 7::integer, 1::integer, 0::integer UNION ALL SELECT 'neighbour'::text COLLATE "C", 'contact'::text COLLATE "C", 'yellow.travel'::text COLLATE "C", 1::integer, 7::integer, 1::integer, 0::integer),
"lifts" ("rule", "series", "from_end", "holder") AS (SELECT 'red.visit'::text COLLATE "C", 0::integer, 1::integer, NULL::text COLLATE "C" UNION ALL SELECT 'red.visit'::text COLLATE "C", 1::integer, 1::integer, 'returning_worker'::text COLLATE "C" UNION ALL SELECT 'yellow.travel'::text COLLATE "C", 2::integer, 1::integer, NULL::text COLLATE "C"),
"suspensions" ("rule", "permit") AS (SELECT 'yellow.travel'::text COLLATE "C", 'goods_driver'::text COLLATE "C"),
"instances" AS (SELECT
  *
FROM (
  SELECT
    "t24"."person",
    "t7"."rule",
    "t7"."severity",
    "t24"."evidence",
    "t24"."start",
    COALESCE("t24"."end", "t24"."start") AS "last",
    CAST(CASE
      WHEN (
        "t7"."or_fact_end" = 1
      ) AND (
        "t24"."end" IS NOT NULL
      )
      THEN "t24"."end"
      ELSE (
        (
          (
            CAST(FLOOR(
              CAST((
                CASE
                  WHEN "t7"."from_end" = 1
                  THEN COALESCE("t24"."end", "t24"."start")
                  ELSE "t24"."start"
                END + 480
              ) AS DOUBLE PRECISION) / (
                1440
              )
            ) AS BIGINT) + "t7"."days" + 1
          ) * 1440
        ) - 480
      ) - 1
    END AS INT) AS "until"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t2"."person",
          'travel' AS "fact",
          'other_province' AS "detail",
          "t2"."start",
          "t2"."end",
          'travel' || '/' || CAST("t2"."division" AS VARCHAR) || '/' || CAST("t2"."place" AS VARCHAR) || '@' || CAST("t2"."start" AS VARCHAR) AS "evidence"
        FROM "travels" AS "t2"
      ) AS "t15"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t3"."person",
          'exposure' AS "fact",
          'confirmed' AS "detail",
          "t3"."end" AS "start",
          "t3"."end",
          'exposure' || '/' || CAST("t3"."place" AS VARCHAR) || '@' || CAST("t3"."end" AS VARCHAR) AS "evidence"
        FROM "exposures" AS "t3"
      ) AS "t13"
    ) AS "t16"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t4"."person",
          'neighbour' AS "fact",
          "t4"."source" AS "detail",
          "t4"."end" AS "start",
          "t4"."end",
          'neighbour' || '/' || "t4"."source" || '/' || CAST("t4"."stairwell" AS VARCHAR) || '@' || CAST("t4"."end" AS VARCHAR) AS "evidence"
        FROM "neighbours" AS "t4"
      ) AS "t14"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t19"."person",
            "t19"."kind" AS "fact",
            "t19"."detail",
            "t19"."start",
            NULLIF(
              LEAST(COALESCE("t19"."end", 2147483647), COALESCE("t19"."discharged_at", 2147483647)),
              2147483647
            ) AS "end",
            "t19"."kind" || '/' || CAST("t19"."fact" AS VARCHAR) AS "evidence"
          FROM (
            SELECT
              "t18"."person",
              "t18"."kind",
              "t18"."detail",
              "t18"."start",
              "t18"."end",
              "t18"."fact",
              MIN("t18"."at_minute") AS "discharged_at"
            FROM (
              SELECT
                "t11"."fact",
                "t11"."person",
                "t11"."kind",
                "t11"."detail",
                "t11"."start",
                "t11"."end",
                "t11"."onset",
                "t12"."discharged",
                "t12"."ends",
                "t12"."at_minute"
              FROM (
                SELECT
                  *
                FROM "facts" AS "t6"
                WHERE
                  "t6"."start" <= (
                    SELECT
                      *
                    FROM "moment" AS "t1"
                  )
                  AND "t6"."kind" IN ('case', 'contact', 'order', 'symptom')
              ) AS "t11"
              LEFT OUTER JOIN (
                SELECT
                  "t6"."person" AS "discharged",
                  CASE "t6"."detail"
                    WHEN 'hospital'
                    THEN 'case'
                    WHEN 'quarantine'
                    THEN 'order'
                    ELSE NULL
                  END AS "ends",
                  "t6"."start" AS "at_minute"
                FROM "facts" AS "t6"
                WHERE
                  "t6"."start" <= (
                    SELECT
                      *
                    FROM "moment" AS "t1"
                  )
                  AND "t6"."kind" = 'discharge'
              ) AS "t12"
                ON "t11"."kind" = "t12"."ends"
                AND "t11"."person" = "t12"."discharged"
                AND "t11"."start" <= "t12"."at_minute"
            ) AS "t18"
            GROUP BY
              1,
              2,
              3,
              4,
              5,
              6
          ) AS "t19"
        ) AS "t20"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            "t5"."person",
            'visit' AS "fact",
            "t5"."level" AS "detail",
            "t5"."start",
            "t5"."end",
            'visit' || '/' || "t5"."level" || '/' || CAST("t5"."division" AS VARCHAR) || '/' || CAST("t5"."place" AS VARCHAR) || '@' || CAST("t5"."start" AS VARCHAR) AS "evidence"
          FROM "visits" AS "t5"
        ) AS "t17"
      ) AS "t21"
    ) AS "t22"
  ) AS "t24"
  INNER JOIN "rules" AS "t7"
    ON "t24"."fact" = "t7"."fact" AND "t24"."detail" = "t7"."detail"
) AS "t25"
WHERE
  "t25"."start" <= (
    SELECT
      *
    FROM "moment" AS "t1"
  )
  AND "t25"."until" >= (
    SELECT
      *
    FROM "moment" AS "t1"
  )),
"reasons" AS (WITH "t10" AS (
  SELECT DISTINCT
    "t2"."person",
    "t2"."detail" AS "permit"
  FROM "facts" AS "t2"
  WHERE
    "t2"."kind" = 'permit'
    AND "t2"."start" <= (
      SELECT
        *
      FROM "moment" AS "t3"
    )
    AND COALESCE("t2"."end", 2147483647) >= (
      SELECT
        *
      FROM "moment" AS "t3"
    )
), "t22" AS (
  SELECT
    "t13"."fact",
    "t13"."person",
    "t13"."kind",
    "t13"."detail",
    "t13"."start",
    "t13"."end",
    "t13"."onset"
  FROM (
    SELECT
      *
    FROM "facts" AS "t2"
    WHERE
      "t2"."start" <= (
        SELECT
          *
        FROM "moment" AS "t3"
      )
  ) AS "t13"
  WHERE
    EXISTS(
      SELECT
        1
      FROM (
        SELECT DISTINCT
          *
        FROM (
          SELECT
            "t5"."person"
          FROM "instances" AS "t5"
          INNER JOIN "lifts" AS "t7"
            ON "t5"."rule" = "t7"."rule"
        ) AS "t12"
      ) AS "t18"
      WHERE
        "t13"."person" = "t18"."person"
    )
), "t28" AS (
  SELECT
    "t24"."person" AS "breaker",
    "t24"."detail",
    "t24"."start" AS "sampled"
  FROM "t22" AS "t24"
  WHERE
    "t24"."kind" = 'test' AND "t24"."detail" <> 'negative'
), "t49" AS (
  SELECT
    "t20"."person",
    "t20"."rule",
    "t20"."severity",
    "t20"."evidence",
    "t20"."start",
    "t20"."last",
    "t20"."until",
    "t20"."series",
    "t20"."from_end",
    "t20"."holder",
    "t20"."anchor",
    "t48"."first"
  FROM (
    SELECT
      "t11"."person",
      "t11"."rule",
      "t11"."severity",
      "t11"."evidence",
      "t11"."start",
      "t11"."last",
      "t11"."until",
      "t11"."series",
      "t11"."from_end",
      "t11"."holder",
      CASE WHEN "t11"."from_end" = 1 THEN "t11"."last" ELSE "t11"."start" END AS "anchor"
    FROM (
      SELECT
        "t5"."person",
        "t5"."rule",
        "t5"."severity",
        "t5"."evidence",
        "t5"."start",
        "t5"."last",
        "t5"."until",
        "t7"."series",
        "t7"."from_end",
        "t7"."holder"
      FROM "instances" AS "t5"
      INNER JOIN "lifts" AS "t7"
        ON "t5"."rule" = "t7"."rule"
    ) AS "t11"
  ) AS "t20"
  INNER JOIN (
    SELECT
      "t46"."person",
      "t46"."series",
      MAX("t46"."first") AS "first"
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t39"."person",
          CAST((
            (
              "t39"."day" * 1440
            ) - 480
          ) - 1 AS INT) AS "first",
          2 AS "series"
        FROM (
          SELECT
            "t38"."person",
            "t38"."day",
            LEAD("t38"."day", 2) OVER (
              PARTITION BY "t38"."person"
              ORDER BY "t38"."day" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "later"
          FROM (
            SELECT
              "t34"."person",
              "t34"."day"
            FROM (
              SELECT DISTINCT
                "t24"."person",
                CAST(FLOOR(CAST((
                  "t24"."start" + 480
                ) AS DOUBLE PRECISION) / (
                  1440
                )) AS BIGINT) AS "day"
              FROM "t22" AS "t24"
              WHERE
                "t24"."kind" = 'declaration'
            ) AS "t34"
            WHERE
              NOT EXISTS(
                SELECT
                  1
                FROM (
                  SELECT
                    "t24"."person",
                    CAST(FLOOR(CAST((
                      "t24"."start" + 480
                    ) AS DOUBLE PRECISION) / (
                      1440
                    )) AS BIGINT) AS "day"
                  FROM "t22" AS "t24"
                  WHERE
                    "t24"."kind" = 'symptom'
                ) AS "t35"
                WHERE
                  "t34"."person" = "t35"."person" AND "t34"."day" = "t35"."day"
              )
          ) AS "t38"
        ) AS "t39"
        WHERE
          "t39"."later" = (
            (
              "t39"."day" + 3
            ) - 1
          )
      ) AS "t45"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t40"."person",
            "t40"."first",
            0 AS "series"
          FROM (
            SELECT
              "t31"."person",
              "t31"."first"
            FROM (
              SELECT
                "t24"."person",
                "t24"."start" AS "first",
                "t24"."start" AS "last"
              FROM "t22" AS "t24"
              WHERE
                "t24"."kind" = 'test' AND "t24"."detail" = 'negative'
            ) AS "t31"
            INNER JOIN (
              SELECT
                "t24"."person",
                "t24"."start" AS "sampled"
              FROM "t22" AS "t24"
              WHERE
                "t24"."kind" = 'test' AND "t24"."detail" = 'negative'
            ) AS "t32"
              ON "t31"."person" = "t32"."person"
              AND (
                "t32"."sampled" - "t31"."last"
              ) >= 1440
              AND TRUE
              AND (
                CAST(FLOOR(CAST((
                  "t32"."sampled" + 480
                ) AS DOUBLE PRECISION) / (
                  1440
                )) AS BIGINT) - CAST(FLOOR(CAST((
                  "t31"."first" + 480
                ) AS DOUBLE PRECISION) / (
                  1440
                )) AS BIGINT)
              ) <= 7
            WHERE
              NOT EXISTS(
                SELECT
                  1
                FROM "t28" AS "t36"
                WHERE
                  "t31"."person" = "t36"."breaker"
                  AND (
                    (
                      (
                        "t36"."detail" = 'positive'
                      )
                      AND (
                        CAST(FLOOR(CAST((
                          "t36"."sampled" + 480
                        ) AS DOUBLE PRECISION) / (
                          1440
                        )) AS BIGINT) >= CAST(FLOOR(CAST((
                          "t31"."first" + 480
                        ) AS DOUBLE PRECISION) / (
                          1440
                        )) AS BIGINT)
                      )
                      AND (
                        CAST(FLOOR(CAST((
                          "t36"."sampled" + 480
                        ) AS DOUBLE PRECISION) / (
                          1440
                        )) AS BIGINT) <= CAST(FLOOR(CAST((
                          "t32"."sampled" + 480
                        ) AS DOUBLE PRECISION) / (
                          1440
                        )) AS BIGINT)
                      )
                    )
                    OR (
                      (
                        "t36"."detail" = 'invalid'
                      )
                      AND (
                        "t36"."sampled" >= "t31"."first"
                      )
                      AND (
                        "t36"."sampled" <= "t32"."sampled"
                      )
                    )
                  )
              )
          ) AS "t40"
        ) AS "t42"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            "t41"."person",
            "t41"."first",
            1 AS "series"
          FROM (
            SELECT
              "t31"."person",
              "t31"."first"
            FROM (
              SELECT
                "t24"."person",
                "t24"."start" AS "first",
                "t24"."start" AS "last"
              FROM "t22" AS "t24"
              WHERE
                "t24"."kind" = 'test' AND "t24"."detail" = 'negative'
            ) AS "t31"
            WHERE
              NOT EXISTS(
                SELECT
                  1
                FROM "t28" AS "t37"
                WHERE
                  "t31"."person" = "t37"."breaker"
                  AND (
                    (
                      (
                        "t37"."detail" = 'positive'
                      )
                      AND (
                        CAST(FLOOR(CAST((
                          "t37"."sampled" + 480
                        ) AS DOUBLE PRECISION) / (
                          1440
                        )) AS BIGINT) >= CAST(FLOOR(CAST((
                          "t31"."first" + 480
                        ) AS DOUBLE PRECISION) / (
                          1440
                        )) AS BIGINT)
                      )
                      AND (
                        CAST(FLOOR(CAST((
                          "t37"."sampled" + 480
                        ) AS DOUBLE PRECISION) / (
                          1440
                        )) AS BIGINT) <= CAST(FLOOR(CAST((
                          "t31"."last" + 480
                        ) AS DOUBLE PRECISION) / (
                          1440
                        )) AS BIGINT)
                      )
                    )
                    OR (
                      (
                        "t37"."detail" = 'invalid'
                      )
                      AND (
                        "t37"."sampled" >= "t31"."first"
                      )
                      AND (
                        "t37"."sampled" <= "t31"."last"
                      )
                    )
                  )
              )
          ) AS "t41"
        ) AS "t43"
      ) AS "t44"
    ) AS "t46"
    GROUP BY
      1,
      2
  ) AS "t48"
    ON "t20"."person" = "t48"."person" AND "t20"."series" = "t48"."series"
)
SELECT
  "t60"."person",
  "t60"."rule",
  CASE WHEN "t60"."severity" = 2 THEN 'red' ELSE 'yellow' END AS "colour",
  "t60"."evidence" AS "fact",
  "t60"."start" AS "since",
  "t60"."until"
FROM (
  SELECT
    "t59"."person",
    "t59"."rule",
    "t59"."severity",
    "t59"."evidence",
    "t59"."start",
    "t59"."last",
    "t59"."until"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t57"."person",
        "t57"."rule",
        "t57"."severity",
        "t57"."evidence",
        "t57"."start",
        "t57"."last",
        "t57"."until",
        ROW_NUMBER() OVER (
          PARTITION BY "t57"."person", "t57"."rule"
          ORDER BY "t57"."until" DESC NULLS LAST, "t57"."start" DESC NULLS LAST, "t57"."evidence" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) - 1 AS "rank"
      FROM (
        SELECT
          "t5"."person",
          "t5"."rule",
          "t5"."severity",
          "t5"."evidence",
          "t5"."start",
          "t5"."last",
          "t5"."until"
        FROM "instances" AS "t5"
        WHERE
          NOT EXISTS(
            SELECT
              1
            FROM (
              SELECT DISTINCT
                *
              FROM (
                SELECT
                  "t15"."person",
                  "t6"."rule"
                FROM "t10" AS "t15"
                INNER JOIN "suspensions" AS "t6"
                  ON "t15"."permit" = "t6"."permit"
              ) AS "t21"
            ) AS "t25"
            WHERE
              "t5"."person" = "t25"."person" AND "t5"."rule" = "t25"."rule"
          )
          AND NOT EXISTS(
            SELECT
              1
            FROM (
              SELECT
                *
              FROM (
                SELECT
                  "t50"."person",
                  "t50"."rule",
                  "t50"."evidence"
                FROM "t49" AS "t50"
                WHERE
                  "t50"."first" >= "t50"."anchor" AND "t50"."holder" IS NULL
              ) AS "t52"
              UNION
              SELECT
                *
              FROM (
                SELECT
                  "t53"."person",
                  "t53"."rule",
                  "t53"."evidence"
                FROM (
                  SELECT
                    *
                  FROM "t49" AS "t50"
                  WHERE
                    "t50"."first" >= "t50"."anchor"
                ) AS "t53"
                WHERE
                  EXISTS(
                    SELECT
                      1
                    FROM "t10" AS "t16"
                    WHERE
                      "t53"."person" = "t16"."person" AND "t53"."holder" = "t16"."permit"
                  )
              ) AS "t54"
            ) AS "t56"
            WHERE
              "t5"."person" = "t56"."person"
              AND "t5"."rule" = "t56"."rule"
              AND "t5"."evidence" = "t56"."evidence"
          )
      ) AS "t57"
    ) AS "t58"
    WHERE
      "t58"."rank" = 0
  ) AS "t59"
) AS "t60"),
"remarkable" AS (WITH "t16" AS (
  SELECT
    "t5"."person",
    1 AS "undeclared"
  FROM "people" AS "t5"
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM (
        SELECT
          *
        FROM "facts" AS "t1"
        WHERE
          "t1"."kind" = 'declaration'
          AND "t1"."start" <= (
            SELECT
              *
            FROM "moment" AS "t3"
          )
      ) AS "t12"
      WHERE
        "t5"."person" = "t12"."person"
    )
), "t17" AS (
  SELECT
    "t14"."person",
    MIN("t14"."next_change") AS "next_change"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t1"."person",
        CAST("t1"."end" + 1 AS INT) AS "next_change"
      FROM "facts" AS "t1"
      WHERE
        "t1"."kind" = 'permit'
        AND "t1"."end" >= (
          SELECT
            *
          FROM "moment" AS "t3"
        )
    ) AS "t10"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t1"."person",
          "t1"."start" AS "next_change"
        FROM "facts" AS "t1"
        WHERE
          "t1"."start" > (
            SELECT
              *
            FROM "moment" AS "t3"
          )
      ) AS "t11"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t2"."person",
          CAST("t2"."until" + 1 AS INT) AS "next_change"
        FROM "instances" AS "t2"
      ) AS "t7"
    ) AS "t13"
  ) AS "t14"
  GROUP BY
    1
), "t24" AS (
  SELECT
    "t15"."person",
    MAX("t15"."severity") AS "worst",
    MIN(
      CASE
        WHEN "t15"."severity" = "t15"."worst"
        THEN "t15"."since"
        ELSE CAST(NULL AS INT)
      END
    ) AS "since",
    MAX(
      CASE
        WHEN "t15"."severity" = "t15"."worst"
        THEN "t15"."until"
        ELSE CAST(NULL AS INT)
      END
    ) AS "until",
    ARRAY_TO_STRING(
      NULLIF(
        CAST(ARRAY(SELECT
          x
        FROM UNNEST(ARRAY_AGG(DISTINCT "t15"."rule") FILTER(WHERE
          "t15"."rule" IS NOT NULL)) AS x
        ORDER BY
          x NULLS FIRST) AS VARCHAR[]),
        CAST(ARRAY[] AS VARCHAR[])
      ),
      ','
    ) AS "rules",
    ARRAY_TO_STRING(
      NULLIF(
        CAST(ARRAY(SELECT
          x
        FROM UNNEST(ARRAY_AGG(DISTINCT "t15"."fact") FILTER(WHERE
          "t15"."fact" IS NOT NULL)) AS x
        ORDER BY
          x NULLS FIRST) AS VARCHAR[]),
        CAST(ARRAY[] AS VARCHAR[])
      ),
      ','
    ) AS "facts"
  FROM (
    SELECT
      "t8"."person",
      "t8"."rule",
      "t8"."colour",
      "t8"."fact",
      "t8"."since",
      "t8"."until",
      "t8"."severity",
      MAX("t8"."severity") OVER (
        PARTITION BY "t8"."person"
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) AS "worst"
    FROM (
      SELECT
        "t4"."person",
        "t4"."rule",
        "t4"."colour",
        "t4"."fact",
        "t4"."since",
        "t4"."until",
        CASE WHEN "t4"."colour" = 'red' THEN 2 ELSE 1 END AS "severity"
      FROM "reasons" AS "t4"
    ) AS "t8"
  ) AS "t15"
  GROUP BY
    1
)
SELECT
  "t38"."person",
  CASE
    WHEN "t38"."undeclared" IS NULL
    THEN CASE
      WHEN "t38"."worst" IS NOT NULL
      THEN CASE WHEN "t38"."worst" = 2 THEN 'red' ELSE 'yellow' END
      ELSE 'green'
    END
    ELSE 'unknown'
  END AS "colour",
  "t38"."rules",
  "t38"."facts",
  CASE WHEN "t38"."undeclared" IS NULL THEN "t38"."since" ELSE CAST(NULL AS INT) END AS "since",
  CASE WHEN "t38"."undeclared" IS NULL THEN "t38"."until" ELSE CAST(NULL AS INT) END AS "until",
  "t38"."next_change"
FROM (
  SELECT
    "t37"."person",
    "t37"."worst",
    "t37"."since",
    "t37"."until",
    "t37"."rules",
    "t37"."facts",
    "t37"."next_change",
    "t37"."undeclared"
  FROM (
    SELECT
      "t36"."person",
      "t36"."worst",
      "t36"."since",
      "t36"."until",
      "t36"."rules",
      "t36"."facts",
      "t36"."next_change",
      "t20"."person" AS "person_right",
      "t20"."undeclared"
    FROM (
      SELECT
        "t34"."person",
        "t34"."worst",
        "t34"."since",
        "t34"."until",
        "t34"."rules",
        "t34"."facts",
        "t34"."next_change"
      FROM (
        SELECT
          "t33"."person",
          "t33"."worst",
          "t33"."since",
          "t33"."until",
          "t33"."rules",
          "t33"."facts",
          "t21"."person" AS "person_right",
          "t21"."next_change"
        FROM (
          SELECT
            "t31"."person",
            "t31"."worst",
            "t31"."since",
            "t31"."until",
            "t31"."rules",
            "t31"."facts"
          FROM (
            SELECT
              "t30"."person",
              "t26"."person" AS "person_right",
              "t26"."worst",
              "t26"."since",
              "t26"."until",
              "t26"."rules",
              "t26"."facts"
            FROM (
              SELECT
                *
              FROM (
                SELECT
                  "t18"."person"
                FROM "t16" AS "t18"
              ) AS "t22"
              UNION
              SELECT
                *
              FROM (
                SELECT
                  *
                FROM (
                  SELECT
                    "t25"."person"
                  FROM "t24" AS "t25"
                ) AS "t27"
                UNION
                SELECT
                  *
                FROM (
                  SELECT
                    "t19"."person"
                  FROM "t17" AS "t19"
                ) AS "t23"
              ) AS "t28"
            ) AS "t30"
            LEFT OUTER JOIN "t24" AS "t26"
              ON "t30"."person" = "t26"."person"
          ) AS "t31"
        ) AS "t33"
        LEFT OUTER JOIN "t17" AS "t21"
          ON "t33"."person" = "t21"."person"
      ) AS "t34"
    ) AS "t36"
    LEFT OUTER JOIN "t16" AS "t20"
      ON "t36"."person" = "t20"."person"
  ) AS "t37"
) AS "t38"),
"verdicts" AS (SELECT
  "t6"."person",
  COALESCE("t6"."colour", 'green') AS "colour",
  COALESCE("t6"."rules", '') AS "rules",
  COALESCE("t6"."facts", '') AS "facts",
  "t6"."since",
  "t6"."until",
  "t6"."next_change"
FROM (
  SELECT
    "t5"."person",
    "t5"."colour",
    "t5"."rules",
    "t5"."facts",
    "t5"."since",
    "t5"."until",
    "t5"."next_change"
  FROM (
    SELECT
      "t4"."person",
      "t2"."person" AS "person_right",
      "t2"."colour",
      "t2"."rules",
      "t2"."facts",
      "t2"."since",
      "t2"."until",
      "t2"."next_change"
    FROM (
      SELECT
        "t0"."person"
      FROM "people" AS "t0"
    ) AS "t4"
    LEFT OUTER JOIN "remarkable" AS "t2"
      ON "t4"."person" = "t2"."person"
  ) AS "t5"
) AS "t6")
SELECT v.person, v.colour, v.rules, v.facts, v.since, v.until, v.next_change,
    r.rule AS reason_rule, r.colour AS reason_colour, r.fact AS reason_fact, r.since AS reason_since, r.until AS reason_until
FROM verdicts v LEFT JOIN reasons r ON r.person = v.person ORDER BY r.rule
