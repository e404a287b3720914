-- divisions
SELECT DISTINCT
  `t0`.`division`
FROM `stays` AS `t0`;

-- zones
SELECT
  `t2`.`division`,
  `t4`.`area`,
  `t4`.`level`,
  `t4`.`start`,
  `t4`.`end`
FROM (
  SELECT
    *
  FROM `areas` AS `t0`
  WHERE
    `t0`.`level` IN ('key', 'specified', 'higher_risk', 'control_zone')
    AND `t0`.`place` IS NULL
) AS `t4`
INNER JOIN `divisions` AS `t2`
  ON `t4`.`low` <= `t2`.`division` AND `t2`.`division` <= `t4`.`high`;

-- marked
SELECT
  *
FROM (
  SELECT
    `t7`.`person`,
    `t7`.`place`,
    `t7`.`division`,
    `t7`.`arrive`,
    `t7`.`leave`
  FROM (
    SELECT
      *
    FROM `stays` AS `t0`
    WHERE
      `t0`.`arrive` <= 26369280
  ) AS `t7`
  LEFT SEMI JOIN (
    SELECT
      *
    FROM (
      SELECT DISTINCT
        `t2`.`division`
      FROM `zones` AS `t2`
    ) AS `t4`
    UNION
    SELECT
      *
    FROM (
      SELECT
        *
      FROM `divisions` AS `t3`
      WHERE
        (
          `t3`.`division` < 330000000
        ) OR (
          `t3`.`division` > 339999999
        )
    ) AS `t9`
  ) AS `t11`
    ON `t7`.`division` = `t11`.`division`
) AS `t13`
UNION ALL
SELECT
  *
FROM (
  SELECT
    `t7`.`person`,
    `t7`.`place`,
    `t7`.`division`,
    `t7`.`arrive`,
    `t7`.`leave`
  FROM (
    SELECT
      *
    FROM `stays` AS `t0`
    WHERE
      `t0`.`arrive` <= 26369280
  ) AS `t7`
  LEFT SEMI JOIN (
    SELECT
      *
    FROM `areas` AS `t1`
    WHERE
      `t1`.`level` IN ('key', 'specified', 'higher_risk', 'control_zone')
      AND `t1`.`place` IS NOT NULL
  ) AS `t8`
    ON `t7`.`place` = `t8`.`place`
) AS `t12`;

-- entries
SELECT
  `t9`.`person`,
  `t9`.`level`,
  `t9`.`division`,
  `t9`.`place`,
  `t9`.`area`,
  GREATEST(`t9`.`arrive`, `t9`.`start`) AS `start`,
  LEAST(`t9`.`leave`, COALESCE(`t9`.`end`, 2147483647)) AS `end`,
  `t9`.`arrive`,
  `t9`.`leave`
FROM (
  SELECT
    *
  FROM (
    SELECT
      `t3`.`person`,
      `t3`.`place`,
      `t3`.`division`,
      `t3`.`arrive`,
      `t3`.`leave`,
      `t4`.`area`,
      `t4`.`level`,
      `t4`.`start`,
      `t4`.`end`
    FROM `marked` AS `t3`
    INNER JOIN `zones` AS `t4`
      ON `t3`.`division` = `t4`.`division`
  ) AS `t7`
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      `t3`.`person`,
      `t3`.`place`,
      `t3`.`division`,
      `t3`.`arrive`,
      `t3`.`leave`,
      `t6`.`area`,
      `t6`.`level`,
      `t6`.`start`,
      `t6`.`end`
    FROM `marked` AS `t3`
    INNER JOIN (
      SELECT
        `t2`.`place`,
        `t2`.`area`,
        `t2`.`level`,
        `t2`.`start`,
        `t2`.`end`
      FROM `areas` AS `t2`
      WHERE
        `t2`.`level` IN ('key', 'specified', 'higher_risk', 'control_zone')
        AND `t2`.`place` IS NOT NULL
    ) AS `t6`
      ON `t3`.`place` = `t6`.`place`
  ) AS `t8`
) AS `t9`
WHERE
  GREATEST(`t9`.`arrive`, `t9`.`start`) <= LEAST(`t9`.`leave`, COALESCE(`t9`.`end`, 2147483647))
  AND GREATEST(`t9`.`arrive`, `t9`.`start`) <= 26369280;

-- visits
SELECT
  `t7`.`person`,
  `t7`.`level`,
  `t7`.`division`,
  `t7`.`place`,
  `t7`.`area`,
  `t7`.`start`,
  `t7`.`end`
FROM (
  SELECT
    `t6`.`person`,
    `t6`.`level`,
    `t6`.`division`,
    `t6`.`place`,
    `t6`.`area`,
    `t6`.`start`,
    `t6`.`end`,
    `t6`.`arrive`,
    `t6`.`leave`
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t4`.`person`,
        `t4`.`level`,
        `t4`.`division`,
        `t4`.`place`,
        `t4`.`area`,
        `t4`.`start`,
        `t4`.`end`,
        `t4`.`arrive`,
        `t4`.`leave`,
        ROW_NUMBER() OVER (
          PARTITION BY `t4`.`person`, `t4`.`level`
          ORDER BY `t4`.`end` DESC, `t4`.`start` DESC, `t4`.`division` ASC NULLS LAST, `t4`.`place` ASC NULLS LAST, `t4`.`area` ASC NULLS LAST
        ) - 1 AS `rank`
      FROM (
        SELECT
          `t1`.`person`,
          `t1`.`level`,
          `t1`.`division`,
          `t1`.`place`,
          `t1`.`area`,
          `t1`.`start`,
          `t1`.`end`,
          `t1`.`arrive`,
          `t1`.`leave`
        FROM `entries` AS `t1`
        INNER JOIN (
          SELECT
            `t0`.`person`,
            `t0`.`level`,
            MAX(`t0`.`end`) AS `last_end`
          FROM `entries` AS `t0`
          GROUP BY
            1,
            2
        ) AS `t3`
          ON `t1`.`person` = `t3`.`person`
          AND `t1`.`level` = `t3`.`level`
          AND `t1`.`end` = `t3`.`last_end`
      ) AS `t4`
    ) AS `t5`
    WHERE
      `t5`.`rank` = 0
  ) AS `t6`
) AS `t7`;

-- travels
WITH `t7` AS (
  SELECT
    `t6`.`person`,
    `t6`.`place`,
    `t6`.`division`,
    `t6`.`arrive` AS `start`,
    `t6`.`leave` AS `end`
  FROM (
    SELECT
      `t5`.`person`,
      `t5`.`place`,
      `t5`.`division`,
      `t5`.`arrive`,
      `t5`.`leave`
    FROM (
      SELECT
        *
      FROM `marked` AS `t0`
      WHERE
        (
          `t0`.`division` < 330000000
        ) OR (
          `t0`.`division` > 339999999
        )
    ) AS `t5`
    LEFT ANTI JOIN (
      SELECT
        *
      FROM `entries` AS `t1`
      WHERE
        `t1`.`level` IN ('key', 'specified')
    ) AS `t4`
      ON `t5`.`person` = `t4`.`person`
      AND `t5`.`division` = `t4`.`division`
      AND `t5`.`place` = `t4`.`place`
      AND `t5`.`arrive` = `t4`.`arrive`
      AND `t5`.`leave` = `t4`.`leave`
  ) AS `t6`
)
SELECT
  `t15`.`person`,
  `t15`.`division`,
  `t15`.`place`,
  `t15`.`start`,
  `t15`.`end`
FROM (
  SELECT
    `t14`.`person`,
    `t14`.`place`,
    `t14`.`division`,
    `t14`.`start`,
    `t14`.`end`
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t12`.`person`,
        `t12`.`place`,
        `t12`.`division`,
        `t12`.`start`,
        `t12`.`end`,
        ROW_NUMBER() OVER (
          PARTITION BY `t12`.`person`
          ORDER BY `t12`.`end` DESC, `t12`.`start` DESC, `t12`.`division` ASC NULLS LAST, `t12`.`place` ASC NULLS LAST
        ) - 1 AS `rank`
      FROM (
        SELECT
          `t9`.`person`,
          `t9`.`place`,
          `t9`.`division`,
          `t9`.`start`,
          `t9`.`end`
        FROM `t7` AS `t9`
        INNER JOIN (
          SELECT
            `t8`.`person`,
            MAX(`t8`.`end`) AS `last_end`
          FROM `t7` AS `t8`
          GROUP BY
            1
        ) AS `t11`
          ON `t9`.`person` = `t11`.`person` AND `t9`.`end` = `t11`.`last_end`
      ) AS `t12`
    ) AS `t13`
    WHERE
      `t13`.`rank` = 0
  ) AS `t14`
) AS `t15`;

-- cases
SELECT
  `t0`.`person`,
  CAST((
    (
      CAST(FLOOR((
        COALESCE(`t0`.`onset`, `t0`.`start`) + 480
      ) / (
        1440
      )) AS BIGINT) - 2
    ) * 1440
  ) - 480 AS INT) AS `first`,
  `t0`.`start` AS `last`
FROM `facts` AS `t0`
WHERE
  `t0`.`kind` = 'case'
  AND `t0`.`detail` IN ('confirmed')
  AND `t0`.`start` <= 26369280;

-- islands
SELECT
  `t9`.`place`,
  `t9`.`first`,
  CAST(`t9`.`last` AS INT) AS `last`
FROM (
  SELECT
    `t8`.`place`,
    `t8`.`island`,
    MIN(`t8`.`first`) AS `first`,
    MAX(`t8`.`last`) AS `last`
  FROM (
    SELECT
      `t7`.`place`,
      `t7`.`first`,
      `t7`.`last`,
      `t7`.`reach`,
      `t7`.`begins`,
      SUM(`t7`.`begins`) OVER (
        PARTITION BY `t7`.`place`
        ORDER BY `t7`.`first` ASC NULLS LAST, `t7`.`last` ASC NULLS LAST
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ) AS `island`
    FROM (
      SELECT
        `t6`.`place`,
        `t6`.`first`,
        `t6`.`last`,
        `t6`.`reach`,
        IF((
          `t6`.`reach` IS NULL
        ) OR (
          `t6`.`reach` < `t6`.`first`
        ), 1, 0) AS `begins`
      FROM (
        SELECT
          `t5`.`place`,
          `t5`.`first`,
          `t5`.`last`,
          MAX(`t5`.`last`) OVER (
            PARTITION BY `t5`.`place`
            ORDER BY `t5`.`first` ASC NULLS LAST, `t5`.`last` ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
          ) AS `reach`
        FROM (
          SELECT
            *
          FROM (
            SELECT
              `t2`.`place`,
              GREATEST(`t2`.`arrive`, `t3`.`first`) AS `first`,
              LEAST(`t2`.`leave`, `t3`.`last`) - 15 AS `last`
            FROM `stays` AS `t2`
            INNER JOIN `cases` AS `t3`
              ON `t2`.`person` = `t3`.`person`
          ) AS `t4`
          WHERE
            `t4`.`first` <= `t4`.`last`
        ) AS `t5`
      ) AS `t6`
    ) AS `t7`
  ) AS `t8`
  GROUP BY
    1,
    2
) AS `t9`;

-- exposures
SELECT
  `t7`.`person`,
  `t7`.`place`,
  `t7`.`end`
FROM (
  SELECT
    `t6`.`person`,
    `t6`.`place`,
    `t6`.`end`,
    ROW_NUMBER() OVER (PARTITION BY `t6`.`person` ORDER BY `t6`.`end` DESC, `t6`.`place` ASC NULLS LAST) - 1 AS `rank`
  FROM (
    SELECT
      `t3`.`person`,
      `t3`.`place`,
      CAST(LEAST(`t3`.`leave` - 15, `t4`.`last`) + 15 AS INT) AS `end`
    FROM `stays` AS `t3`
    INNER JOIN `islands` AS `t4`
      ON `t3`.`place` = `t4`.`place`
      AND `t3`.`arrive` <= `t4`.`last`
      AND (
        `t3`.`leave` - 15
      ) >= `t4`.`first`
      AND (
        `t3`.`leave` - `t3`.`arrive`
      ) >= 15
    LEFT ANTI JOIN `cases` AS `t5`
      ON `t3`.`person` = `t5`.`person`
  ) AS `t6`
) AS `t7`
WHERE
  `t7`.`rank` = 0;

-- neighbours
WITH `t15` AS (
  SELECT
    `t14`.`person`,
    `t14`.`source`,
    `t14`.`stairwell`,
    `t14`.`anchor` AS `end`
  FROM (
    SELECT
      `t3`.`person`,
      `t3`.`stairwell`,
      `t3`.`start`,
      `t3`.`end`,
      `t13`.`source_person`,
      `t13`.`source`,
      `t13`.`anchor`
    FROM `homes` AS `t3`
    INNER JOIN (
      SELECT
        `t11`.`source_person`,
        `t11`.`source`,
        `t11`.`anchor`,
        `t11`.`stairwell`
      FROM (
        SELECT
          `t10`.`person`,
          `t10`.`source`,
          `t10`.`anchor`,
          `t6`.`source_person`,
          `t6`.`stairwell`,
          `t6`.`since`,
          `t6`.`till`
        FROM (
          SELECT
            *
          FROM (
            SELECT
              *
            FROM (
              SELECT
                `t1`.`person`,
                `t1`.`kind` AS `source`,
                IF(`t1`.`kind` = 'contact', COALESCE(`t1`.`end`, `t1`.`start`), `t1`.`start`) AS `anchor`
              FROM `facts` AS `t1`
              WHERE
                `t1`.`start` <= 26369280
                AND `t1`.`detail` = 'confirmed'
                AND `t1`.`kind` IN ('case', 'contact')
            ) AS `t7`
            UNION ALL
            SELECT
              *
            FROM (
              SELECT
                `t2`.`person`,
                'contact' AS `source`,
                `t2`.`end` AS `anchor`
              FROM `exposures` AS `t2`
            ) AS `t5`
          ) AS `t8`
          WHERE
            `t8`.`anchor` <= 26369280
        ) AS `t10`
        INNER JOIN (
          SELECT
            `t0`.`person` AS `source_person`,
            `t0`.`stairwell`,
            `t0`.`start` AS `since`,
            `t0`.`end` AS `till`
          FROM `homes` AS `t0`
        ) AS `t6`
          ON `t10`.`person` = `t6`.`source_person`
      ) AS `t11`
      WHERE
        `t11`.`since` <= `t11`.`anchor`
        AND `t11`.`anchor` <= COALESCE(`t11`.`till`, 2147483647)
    ) AS `t13`
      ON `t3`.`stairwell` = `t13`.`stairwell`
  ) AS `t14`
  WHERE
    `t14`.`person` <> `t14`.`source_person`
    AND `t14`.`start` <= `t14`.`anchor`
    AND `t14`.`anchor` <= COALESCE(`t14`.`end`, 2147483647)
)
SELECT
  `t22`.`person`,
  `t22`.`source`,
  `t22`.`stairwell`,
  `t22`.`end`
FROM (
  SELECT
    *
  FROM (
    SELECT
      `t20`.`person`,
      `t20`.`source`,
      `t20`.`stairwell`,
      `t20`.`end`,
      ROW_NUMBER() OVER (
        PARTITION BY `t20`.`person`, `t20`.`source`
        ORDER BY `t20`.`end` DESC, `t20`.`stairwell` ASC NULLS LAST
      ) - 1 AS `rank`
    FROM (
      SELECT
        `t17`.`person`,
        `t17`.`source`,
        `t17`.`stairwell`,
        `t17`.`end`
      FROM `t15` AS `t17`
      INNER JOIN (
        SELECT
          `t16`.`person`,
          `t16`.`source`,
          MAX(`t16`.`end`) AS `last_end`
        FROM `t15` AS `t16`
        GROUP BY
          1,
          2
      ) AS `t19`
        ON `t17`.`person` = `t19`.`person`
        AND `t17`.`source` = `t19`.`source`
        AND `t17`.`end` = `t19`.`last_end`
    ) AS `t20`
  ) AS `t21`
  WHERE
    `t21`.`rank` = 0
) AS `t22`;

-- instances
SELECT
  *
FROM (
  SELECT
    `t22`.`person`,
    `t6`.`rule`,
    `t6`.`severity`,
    `t22`.`evidence`,
    `t22`.`start`,
    COALESCE(`t22`.`end`, `t22`.`start`) AS `last`,
    CAST(IF(
      (
        `t6`.`or_fact_end` = 1
      ) AND (
        `t22`.`end` IS NOT NULL
      ),
      `t22`.`end`,
      (
        (
          (
            CAST(FLOOR(
              (
                IF(`t6`.`from_end` = 1, COALESCE(`t22`.`end`, `t22`.`start`), `t22`.`start`) + 480
              ) / (
                1440
              )
            ) AS BIGINT) + `t6`.`days` + 1
          ) * 1440
        ) - 480
      ) - 1
    ) AS INT) AS `until`
  FROM (
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          `t1`.`person`,
          'travel' AS `fact`,
          'other_province' AS `detail`,
          `t1`.`start`,
          `t1`.`end`,
          CONCAT(
            CONCAT(
              CONCAT(
                CONCAT(CONCAT(CONCAT('travel', '/'), CAST(`t1`.`division` AS STRING)), '/'),
                CAST(`t1`.`place` AS STRING)
              ),
              '@'
            ),
            CAST(`t1`.`start` AS STRING)
          ) AS `evidence`
        FROM `travels` AS `t1`
      ) AS `t13`
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          `t2`.`person`,
          'exposure' AS `fact`,
          'confirmed' AS `detail`,
          `t2`.`end` AS `start`,
          `t2`.`end`,
          CONCAT(
            CONCAT(CONCAT(CONCAT('exposure', '/'), CAST(`t2`.`place` AS STRING)), '@'),
            CAST(`t2`.`end` AS STRING)
          ) AS `evidence`
        FROM `exposures` AS `t2`
      ) AS `t11`
    ) AS `t15`
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          `t3`.`person`,
          'neighbour' AS `fact`,
          `t3`.`source` AS `detail`,
          `t3`.`end` AS `start`,
          `t3`.`end`,
          CONCAT(
            CONCAT(
              CONCAT(
                CONCAT(CONCAT(CONCAT('neighbour', '/'), `t3`.`source`), '/'),
                CAST(`t3`.`stairwell` AS STRING)
              ),
              '@'
            ),
            CAST(`t3`.`end` AS STRING)
          ) AS `evidence`
        FROM `neighbours` AS `t3`
      ) AS `t12`
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            `t17`.`person`,
            `t17`.`kind` AS `fact`,
            `t17`.`detail`,
            `t17`.`start`,
            NULLIF(
              LEAST(COALESCE(`t17`.`end`, 2147483647), COALESCE(`t17`.`discharged_at`, 2147483647)),
              2147483647
            ) AS `end`,
            CONCAT(CONCAT(`t17`.`kind`, '/'), CAST(`t17`.`fact` AS STRING)) AS `evidence`
          FROM (
            SELECT
              `t14`.`person`,
              `t14`.`kind`,
              `t14`.`detail`,
              `t14`.`start`,
              `t14`.`end`,
              `t14`.`fact`,
              MIN(`t14`.`at_minute`) AS `discharged_at`
            FROM (
              SELECT
                `t9`.`fact`,
                `t9`.`person`,
                `t9`.`kind`,
                `t9`.`detail`,
                `t9`.`start`,
                `t9`.`end`,
                `t9`.`onset`,
                `t10`.`discharged`,
                `t10`.`ends`,
                `t10`.`at_minute`
              FROM (
                SELECT
                  *
                FROM `facts` AS `t5`
                WHERE
                  `t5`.`start` <= 26369280
                  AND `t5`.`kind` IN ('case', 'contact', 'order', 'symptom')
              ) AS `t9`
              LEFT OUTER JOIN (
                SELECT
                  `t5`.`person` AS `discharged`,
                  CASE `t5`.`detail`
                    WHEN 'hospital'
                    THEN 'case'
                    WHEN 'quarantine'
                    THEN 'order'
                    ELSE NULL
                  END AS `ends`,
                  `t5`.`start` AS `at_minute`
                FROM `facts` AS `t5`
                WHERE
                  `t5`.`start` <= 26369280 AND `t5`.`kind` = 'discharge'
              ) AS `t10`
                ON `t9`.`kind` = `t10`.`ends`
                AND `t9`.`person` = `t10`.`discharged`
                AND `t9`.`start` <= `t10`.`at_minute`
            ) AS `t14`
            GROUP BY
              1,
              2,
              3,
              4,
              5,
              6
          ) AS `t17`
        ) AS `t18`
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            `t4`.`person`,
            'visit' AS `fact`,
            `t4`.`level` AS `detail`,
            `t4`.`start`,
            `t4`.`end`,
            CONCAT(
              CONCAT(
                CONCAT(
                  CONCAT(
                    CONCAT(
                      CONCAT(CONCAT(CONCAT('visit', '/'), `t4`.`level`), '/'),
                      CAST(`t4`.`division` AS STRING)
                    ),
                    '/'
                  ),
                  CAST(`t4`.`place` AS STRING)
                ),
                '@'
              ),
              CAST(`t4`.`start` AS STRING)
            ) AS `evidence`
          FROM `visits` AS `t4`
        ) AS `t16`
      ) AS `t19`
    ) AS `t20`
  ) AS `t22`
  INNER JOIN `rules` AS `t6`
    ON `t22`.`fact` = `t6`.`fact` AND `t22`.`detail` = `t6`.`detail`
) AS `t23`
WHERE
  `t23`.`start` <= 26369280 AND `t23`.`until` >= 26369280;

-- reasons
WITH `t9` AS (
  SELECT DISTINCT
    `t2`.`person`,
    `t2`.`detail` AS `permit`
  FROM `facts` AS `t2`
  WHERE
    `t2`.`kind` = 'permit'
    AND `t2`.`start` <= 26369280
    AND COALESCE(`t2`.`end`, 2147483647) >= 26369280
), `t21` AS (
  SELECT
    `t8`.`fact`,
    `t8`.`person`,
    `t8`.`kind`,
    `t8`.`detail`,
    `t8`.`start`,
    `t8`.`end`,
    `t8`.`onset`
  FROM (
    SELECT
      *
    FROM `facts` AS `t2`
    WHERE
      `t2`.`start` <= 26369280
  ) AS `t8`
  LEFT SEMI JOIN (
    SELECT DISTINCT
      *
    FROM (
      SELECT
        `t4`.`person`
      FROM `instances` AS `t4`
      INNER JOIN `lifts` AS `t6`
        ON `t4`.`rule` = `t6`.`rule`
    ) AS `t12`
  ) AS `t16`
    ON `t8`.`person` = `t16`.`person`
), `t26` AS (
  SELECT
    `t23`.`person` AS `breaker`,
    `t23`.`detail`,
    `t23`.`start` AS `sampled`
  FROM `t21` AS `t23`
  WHERE
    `t23`.`kind` = 'test' AND `t23`.`detail` <> 'negative'
), `t47` AS (
  SELECT
    `t19`.`person`,
    `t19`.`rule`,
    `t19`.`severity`,
    `t19`.`evidence`,
    `t19`.`start`,
    `t19`.`last`,
    `t19`.`until`,
    `t19`.`series`,
    `t19`.`from_end`,
    `t19`.`holder`,
    `t19`.`anchor`,
    `t46`.`first`
  FROM (
    SELECT
      `t11`.`person`,
      `t11`.`rule`,
      `t11`.`severity`,
      `t11`.`evidence`,
      `t11`.`start`,
      `t11`.`last`,
      `t11`.`until`,
      `t11`.`series`,
      `t11`.`from_end`,
      `t11`.`holder`,
      IF(`t11`.`from_end` = 1, `t11`.`last`, `t11`.`start`) AS `anchor`
    FROM (
      SELECT
        `t4`.`person`,
        `t4`.`rule`,
        `t4`.`severity`,
        `t4`.`evidence`,
        `t4`.`start`,
        `t4`.`last`,
        `t4`.`until`,
        `t6`.`series`,
        `t6`.`from_end`,
        `t6`.`holder`
      FROM `instances` AS `t4`
      INNER JOIN `lifts` AS `t6`
        ON `t4`.`rule` = `t6`.`rule`
    ) AS `t11`
  ) AS `t19`
  INNER JOIN (
    SELECT
      `t44`.`person`,
      `t44`.`series`,
      MAX(`t44`.`first`) AS `first`
    FROM (
      SELECT
        *
      FROM (
        SELECT
          `t37`.`person`,
          CAST((
            (
              `t37`.`day` * 1440
            ) - 480
          ) - 1 AS INT) AS `first`,
          2 AS `series`
        FROM (
          SELECT
            `t36`.`person`,
            `t36`.`day`,
            LEAD(`t36`.`day`, 2) OVER (PARTITION BY `t36`.`person` ORDER BY `t36`.`day` ASC NULLS LAST) AS `later`
          FROM (
            SELECT
              `t32`.`person`,
              `t32`.`day`
            FROM (
              SELECT DISTINCT
                `t23`.`person`,
                CAST(FLOOR((
                  `t23`.`start` + 480
                ) / (
                  1440
                )) AS BIGINT) AS `day`
              FROM `t21` AS `t23`
              WHERE
                `t23`.`kind` = 'declaration'
            ) AS `t32`
            LEFT ANTI JOIN (
              SELECT
                `t23`.`person`,
                CAST(FLOOR((
                  `t23`.`start` + 480
                ) / (
                  1440
                )) AS BIGINT) AS `day`
              FROM `t21` AS `t23`
              WHERE
                `t23`.`kind` = 'symptom'
            ) AS `t33`
              ON `t32`.`person` = `t33`.`person` AND `t32`.`day` = `t33`.`day`
          ) AS `t36`
        ) AS `t37`
        WHERE
          `t37`.`later` = (
            (
              `t37`.`day` + 3
            ) - 1
          )
      ) AS `t43`
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            `t38`.`person`,
            `t38`.`first`,
            0 AS `series`
          FROM (
            SELECT
              `t29`.`person`,
              `t29`.`first`
            FROM (
              SELECT
                `t23`.`person`,
                `t23`.`start` AS `first`,
                `t23`.`start` AS `last`
              FROM `t21` AS `t23`
              WHERE
                `t23`.`kind` = 'test' AND `t23`.`detail` = 'negative'
            ) AS `t29`
            INNER JOIN (
              SELECT
                `t23`.`person`,
                `t23`.`start` AS `sampled`
              FROM `t21` AS `t23`
              WHERE
                `t23`.`kind` = 'test' AND `t23`.`detail` = 'negative'
            ) AS `t30`
              ON `t29`.`person` = `t30`.`person`
              AND (
                `t30`.`sampled` - `t29`.`last`
              ) >= 1440
              AND TRUE
              AND (
                CAST(FLOOR((
                  `t30`.`sampled` + 480
                ) / (
                  1440
                )) AS BIGINT) - CAST(FLOOR((
                  `t29`.`first` + 480
                ) / (
                  1440
                )) AS BIGINT)
              ) <= 7
            LEFT ANTI JOIN `t26` AS `t34`
              ON `t29`.`person` = `t34`.`breaker`
              AND (
                (
                  (
                    `t34`.`detail` = 'positive'
                  )
                  AND (
                    CAST(FLOOR((
                      `t34`.`sampled` + 480
                    ) / (
                      1440
                    )) AS BIGINT) >= CAST(FLOOR((
                      `t29`.`first` + 480
                    ) / (
                      1440
                    )) AS BIGINT)
                  )
                  AND (
                    CAST(FLOOR((
                      `t34`.`sampled` + 480
                    ) / (
                      1440
                    )) AS BIGINT) <= CAST(FLOOR((
                      `t30`.`sampled` + 480
                    ) / (
                      1440
                    )) AS BIGINT)
                  )
                )
                OR (
                  (
                    `t34`.`detail` = 'invalid'
                  )
                  AND (
                    `t34`.`sampled` >= `t29`.`first`
                  )
                  AND (
                    `t34`.`sampled` <= `t30`.`sampled`
                  )
                )
              )
          ) AS `t38`
        ) AS `t40`
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            `t39`.`person`,
            `t39`.`first`,
            1 AS `series`
          FROM (
            SELECT
              `t29`.`person`,
              `t29`.`first`
            FROM (
              SELECT
                `t23`.`person`,
                `t23`.`start` AS `first`,
                `t23`.`start` AS `last`
              FROM `t21` AS `t23`
              WHERE
                `t23`.`kind` = 'test' AND `t23`.`detail` = 'negative'
            ) AS `t29`
            LEFT ANTI JOIN `t26` AS `t35`
              ON `t29`.`person` = `t35`.`breaker`
              AND (
                (
                  (
                    `t35`.`detail` = 'positive'
                  )
                  AND (
                    CAST(FLOOR((
                      `t35`.`sampled` + 480
                    ) / (
                      1440
                    )) AS BIGINT) >= CAST(FLOOR((
                      `t29`.`first` + 480
                    ) / (
                      1440
                    )) AS BIGINT)
                  )
                  AND (
                    CAST(FLOOR((
                      `t35`.`sampled` + 480
                    ) / (
                      1440
                    )) AS BIGINT) <= CAST(FLOOR((
                      `t29`.`last` + 480
                    ) / (
                      1440
                    )) AS BIGINT)
                  )
                )
                OR (
                  (
                    `t35`.`detail` = 'invalid'
                  )
                  AND (
                    `t35`.`sampled` >= `t29`.`first`
                  )
                  AND (
                    `t35`.`sampled` <= `t29`.`last`
                  )
                )
              )
          ) AS `t39`
        ) AS `t41`
      ) AS `t42`
    ) AS `t44`
    GROUP BY
      1,
      2
  ) AS `t46`
    ON `t19`.`person` = `t46`.`person` AND `t19`.`series` = `t46`.`series`
)
SELECT
  `t58`.`person`,
  `t58`.`rule`,
  IF(`t58`.`severity` = 2, 'red', 'yellow') AS `colour`,
  `t58`.`evidence` AS `fact`,
  `t58`.`start` AS `since`,
  `t58`.`until`
FROM (
  SELECT
    `t57`.`person`,
    `t57`.`rule`,
    `t57`.`severity`,
    `t57`.`evidence`,
    `t57`.`start`,
    `t57`.`last`,
    `t57`.`until`
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t55`.`person`,
        `t55`.`rule`,
        `t55`.`severity`,
        `t55`.`evidence`,
        `t55`.`start`,
        `t55`.`last`,
        `t55`.`until`,
        ROW_NUMBER() OVER (
          PARTITION BY `t55`.`person`, `t55`.`rule`
          ORDER BY `t55`.`until` DESC, `t55`.`start` DESC, `t55`.`evidence` ASC NULLS LAST
        ) - 1 AS `rank`
      FROM (
        SELECT
          `t4`.`person`,
          `t4`.`rule`,
          `t4`.`severity`,
          `t4`.`evidence`,
          `t4`.`start`,
          `t4`.`last`,
          `t4`.`until`
        FROM `instances` AS `t4`
        LEFT ANTI JOIN (
          SELECT DISTINCT
            *
          FROM (
            SELECT
              `t13`.`person`,
              `t5`.`rule`
            FROM `t9` AS `t13`
            INNER JOIN `suspensions` AS `t5`
              ON `t13`.`permit` = `t5`.`permit`
          ) AS `t18`
        ) AS `t22`
          ON `t4`.`person` = `t22`.`person` AND `t4`.`rule` = `t22`.`rule`
        LEFT ANTI JOIN (
          SELECT
            *
          FROM (
            SELECT
              `t48`.`person`,
              `t48`.`rule`,
              `t48`.`evidence`
            FROM `t47` AS `t48`
            WHERE
              `t48`.`first` >= `t48`.`anchor` AND `t48`.`holder` IS NULL
          ) AS `t50`
          UNION
          SELECT
            *
          FROM (
            SELECT
              `t51`.`person`,
              `t51`.`rule`,
              `t51`.`evidence`
            FROM (
              SELECT
                *
              FROM `t47` AS `t48`
              WHERE
                `t48`.`first` >= `t48`.`anchor`
            ) AS `t51`
            LEFT SEMI JOIN `t9` AS `t14`
              ON `t51`.`person` = `t14`.`person` AND `t51`.`holder` = `t14`.`permit`
          ) AS `t52`
        ) AS `t54`
          ON `t4`.`person` = `t54`.`person`
          AND `t4`.`rule` = `t54`.`rule`
          AND `t4`.`evidence` = `t54`.`evidence`
      ) AS `t55`
    ) AS `t56`
    WHERE
      `t56`.`rank` = 0
  ) AS `t57`
) AS `t58`;

-- remarkable
WITH `t13` AS (
  SELECT
    `t4`.`person`,
    1 AS `undeclared`
  FROM `people` AS `t4`
  LEFT ANTI JOIN (
    SELECT
      *
    FROM `facts` AS `t1`
    WHERE
      `t1`.`kind` = 'declaration' AND `t1`.`start` <= 26369280
  ) AS `t7`
    ON `t4`.`person` = `t7`.`person`
), `t16` AS (
  SELECT
    `t12`.`person`,
    MIN(`t12`.`next_change`) AS `next_change`
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t1`.`person`,
        CAST(`t1`.`end` + 1 AS INT) AS `next_change`
      FROM `facts` AS `t1`
      WHERE
        `t1`.`kind` = 'permit' AND `t1`.`end` >= 26369280
    ) AS `t8`
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          `t1`.`person`,
          `t1`.`start` AS `next_change`
        FROM `facts` AS `t1`
        WHERE
          `t1`.`start` > 26369280
      ) AS `t6`
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          `t2`.`person`,
          CAST(`t2`.`until` + 1 AS INT) AS `next_change`
        FROM `instances` AS `t2`
      ) AS `t9`
    ) AS `t11`
  ) AS `t12`
  GROUP BY
    1
), `t22` AS (
  SELECT
    `t14`.`person`,
    MAX(`t14`.`severity`) AS `worst`,
    MIN(IF(`t14`.`severity` = `t14`.`worst`, `t14`.`since`, CAST(NULL AS INT))) AS `since`,
    MAX(IF(`t14`.`severity` = `t14`.`worst`, `t14`.`until`, CAST(NULL AS INT))) AS `until`,
    IF(
      SIZE(ARRAY_SORT(COLLECT_LIST(DISTINCT `t14`.`rule`))) > 0,
      CONCAT_WS(',', ARRAY_SORT(COLLECT_LIST(DISTINCT `t14`.`rule`))),
      NULL
    ) AS `rules`,
    IF(
      SIZE(ARRAY_SORT(COLLECT_LIST(DISTINCT `t14`.`fact`))) > 0,
      CONCAT_WS(',', ARRAY_SORT(COLLECT_LIST(DISTINCT `t14`.`fact`))),
      NULL
    ) AS `facts`
  FROM (
    SELECT
      `t10`.`person`,
      `t10`.`rule`,
      `t10`.`colour`,
      `t10`.`fact`,
      `t10`.`since`,
      `t10`.`until`,
      `t10`.`severity`,
      MAX(`t10`.`severity`) OVER (
        PARTITION BY `t10`.`person`
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) AS `worst`
    FROM (
      SELECT
        `t3`.`person`,
        `t3`.`rule`,
        `t3`.`colour`,
        `t3`.`fact`,
        `t3`.`since`,
        `t3`.`until`,
        IF(`t3`.`colour` = 'red', 2, 1) AS `severity`
      FROM `reasons` AS `t3`
    ) AS `t10`
  ) AS `t14`
  GROUP BY
    1
)
SELECT
  `t36`.`person`,
  IF(
    `t36`.`undeclared` IS NULL,
    IF(`t36`.`worst` IS NOT NULL, IF(`t36`.`worst` = 2, 'red', 'yellow'), 'green'),
    'unknown'
  ) AS `colour`,
  `t36`.`rules`,
  `t36`.`facts`,
  IF(`t36`.`undeclared` IS NULL, `t36`.`since`, CAST(NULL AS INT)) AS `since`,
  IF(`t36`.`undeclared` IS NULL, `t36`.`until`, CAST(NULL AS INT)) AS `until`,
  `t36`.`next_change`
FROM (
  SELECT
    `t35`.`person`,
    `t35`.`worst`,
    `t35`.`since`,
    `t35`.`until`,
    `t35`.`rules`,
    `t35`.`facts`,
    `t35`.`next_change`,
    `t35`.`undeclared`
  FROM (
    SELECT
      `t34`.`person`,
      `t34`.`worst`,
      `t34`.`since`,
      `t34`.`until`,
      `t34`.`rules`,
      `t34`.`facts`,
      `t34`.`next_change`,
      `t17`.`person` AS `person_right`,
      `t17`.`undeclared`
    FROM (
      SELECT
        `t32`.`person`,
        `t32`.`worst`,
        `t32`.`since`,
        `t32`.`until`,
        `t32`.`rules`,
        `t32`.`facts`,
        `t32`.`next_change`
      FROM (
        SELECT
          `t31`.`person`,
          `t31`.`worst`,
          `t31`.`since`,
          `t31`.`until`,
          `t31`.`rules`,
          `t31`.`facts`,
          `t20`.`person` AS `person_right`,
          `t20`.`next_change`
        FROM (
          SELECT
            `t29`.`person`,
            `t29`.`worst`,
            `t29`.`since`,
            `t29`.`until`,
            `t29`.`rules`,
            `t29`.`facts`
          FROM (
            SELECT
              `t28`.`person`,
              `t24`.`person` AS `person_right`,
              `t24`.`worst`,
              `t24`.`since`,
              `t24`.`until`,
              `t24`.`rules`,
              `t24`.`facts`
            FROM (
              SELECT
                *
              FROM (
                SELECT
                  `t15`.`person`
                FROM `t13` AS `t15`
              ) AS `t19`
              UNION
              SELECT
                *
              FROM (
                SELECT
                  *
                FROM (
                  SELECT
                    `t23`.`person`
                  FROM `t22` AS `t23`
                ) AS `t25`
                UNION
                SELECT
                  *
                FROM (
                  SELECT
                    `t18`.`person`
                  FROM `t16` AS `t18`
                ) AS `t21`
              ) AS `t26`
            ) AS `t28`
            LEFT OUTER JOIN `t22` AS `t24`
              ON `t28`.`person` = `t24`.`person`
          ) AS `t29`
        ) AS `t31`
        LEFT OUTER JOIN `t16` AS `t20`
          ON `t31`.`person` = `t20`.`person`
      ) AS `t32`
    ) AS `t34`
    LEFT OUTER JOIN `t13` AS `t17`
      ON `t34`.`person` = `t17`.`person`
  ) AS `t35`
) AS `t36`;

-- verdicts
SELECT
  `t6`.`person`,
  COALESCE(`t6`.`colour`, 'green') AS `colour`,
  COALESCE(`t6`.`rules`, '') AS `rules`,
  COALESCE(`t6`.`facts`, '') AS `facts`,
  `t6`.`since`,
  `t6`.`until`,
  `t6`.`next_change`
FROM (
  SELECT
    `t5`.`person`,
    `t5`.`colour`,
    `t5`.`rules`,
    `t5`.`facts`,
    `t5`.`since`,
    `t5`.`until`,
    `t5`.`next_change`
  FROM (
    SELECT
      `t4`.`person`,
      `t2`.`person` AS `person_right`,
      `t2`.`colour`,
      `t2`.`rules`,
      `t2`.`facts`,
      `t2`.`since`,
      `t2`.`until`,
      `t2`.`next_change`
    FROM (
      SELECT
        `t0`.`person`
      FROM `people` AS `t0`
    ) AS `t4`
    LEFT OUTER JOIN `remarkable` AS `t2`
      ON `t4`.`person` = `t2`.`person`
  ) AS `t5`
) AS `t6`;

-- deadline
SELECT
  MIN(`t20`.`minute`) AS `next_change`
FROM (
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t0`.`next_change` AS `minute`
      FROM `verdicts` AS `t0`
      WHERE
        `t0`.`next_change` > 26369280
    ) AS `t4`
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        `t1`.`end` AS `minute`
      FROM `facts` AS `t1`
      WHERE
        `t1`.`kind` = 'contact'
        AND `t1`.`detail` = 'confirmed'
        AND `t1`.`end` > 26369280
    ) AS `t5`
  ) AS `t10`
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t2`.`start` AS `minute`
      FROM `areas` AS `t2`
      WHERE
        `t2`.`level` IN ('key', 'specified', 'higher_risk', 'control_zone')
        AND `t2`.`start` > 26369280
    ) AS `t6`
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          `t13`.`arrive` AS `minute`
        FROM (
          SELECT
            `t3`.`place`,
            `t3`.`division`,
            `t3`.`arrive`
          FROM `stays` AS `t3`
          WHERE
            `t3`.`arrive` > 26369280
        ) AS `t13`
        LEFT SEMI JOIN (
          SELECT
            `t2`.`place`
          FROM `areas` AS `t2`
          WHERE
            `t2`.`level` IN ('key', 'specified', 'higher_risk', 'control_zone')
            AND `t2`.`place` IS NOT NULL
        ) AS `t11`
          ON `t13`.`place` = `t11`.`place`
      ) AS `t15`
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            `t3`.`arrive` AS `minute`
          FROM `stays` AS `t3`
          WHERE
            `t3`.`arrive` > 26369280
            AND (
              (
                `t3`.`division` < 330000000
              ) OR (
                `t3`.`division` > 339999999
              )
            )
        ) AS `t14`
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            `t13`.`arrive` AS `minute`
          FROM (
            SELECT
              `t3`.`place`,
              `t3`.`division`,
              `t3`.`arrive`
            FROM `stays` AS `t3`
            WHERE
              `t3`.`arrive` > 26369280
          ) AS `t13`
          INNER JOIN (
            SELECT
              `t2`.`low`,
              `t2`.`high`
            FROM `areas` AS `t2`
            WHERE
              `t2`.`level` IN ('key', 'specified', 'higher_risk', 'control_zone')
              AND `t2`.`place` IS NULL
          ) AS `t12`
            ON `t12`.`low` <= `t13`.`division` AND `t13`.`division` <= `t12`.`high`
        ) AS `t16`
      ) AS `t17`
    ) AS `t18`
  ) AS `t19`
) AS `t20`;

