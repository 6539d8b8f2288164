-- Star schema of Amazon reviews: one fact (a shopper reviewed a product), three dimensions.
-- Loaded by core/recommender/warehouse.py; every view at the end is an example of analysis.

CREATE TABLE dim_user (
    user_key       INTEGER PRIMARY KEY,          -- rank of user_id
    user_id        VARCHAR NOT NULL UNIQUE,      -- Amazon's pseudonym
    first_date     DATE NOT NULL,
    last_date      DATE NOT NULL,
    n_interactions INTEGER NOT NULL CHECK (n_interactions > 0)
);

CREATE TABLE dim_product (
    product_key    INTEGER PRIMARY KEY,          -- rank of item_id
    item_id        VARCHAR NOT NULL UNIQUE,      -- ASIN; of the 2023 edition the parent ASIN
    title          VARCHAR,
    brand          VARCHAR,
    department     VARCHAR NOT NULL,             -- 'Unknown' when the metadata say nothing
    subcategories  VARCHAR[] NOT NULL,
    price          DOUBLE CHECK (price > 0),     -- US dollars
    image_url      VARCHAR,
    n_interactions INTEGER NOT NULL CHECK (n_interactions > 0)
);

CREATE TABLE dim_date (
    date_key   INTEGER PRIMARY KEY,              -- 20140723; every day from the first review to the last
    date       DATE NOT NULL UNIQUE,
    year       SMALLINT NOT NULL,
    quarter    TINYINT NOT NULL,
    month      TINYINT NOT NULL,
    day        TINYINT NOT NULL,
    weekday    TINYINT NOT NULL,                 -- 1 Monday .. 7 Sunday
    is_weekend BOOLEAN NOT NULL
);

CREATE TABLE fact_interaction (
    user_key    INTEGER NOT NULL REFERENCES dim_user (user_key),
    product_key INTEGER NOT NULL REFERENCES dim_product (product_key),
    date_key    INTEGER NOT NULL REFERENCES dim_date (date_key),
    position    INTEGER NOT NULL CHECK (position >= 0),   -- order inside the user's history, 0 = oldest
    rating      FLOAT CHECK (rating BETWEEN 1 AND 5),     -- NULL when unknown
    timestamp   BIGINT NOT NULL,                          -- unix seconds, UTC
    PRIMARY KEY (user_key, product_key)
);

-- Beside the star: what reviews say (only when asked for) and which products Amazon showed together.

CREATE TABLE review (
    user_key         INTEGER NOT NULL,
    product_key      INTEGER NOT NULL,
    review_title     VARCHAR,
    review_text      VARCHAR,
    review_image_url VARCHAR,
    PRIMARY KEY (user_key, product_key),
    FOREIGN KEY (user_key, product_key) REFERENCES fact_interaction (user_key, product_key)
);

CREATE TABLE product_relation (
    product_key INTEGER NOT NULL REFERENCES dim_product (product_key),
    related_key INTEGER NOT NULL REFERENCES dim_product (product_key),
    relation    VARCHAR NOT NULL,
    PRIMARY KEY (product_key, related_key, relation)
);

-- Interactions of each month, and how many different shoppers made them.
CREATE VIEW sales_per_month AS
SELECT d.year, d.month, count(*) AS interactions, count(DISTINCT f.user_key) AS users
FROM fact_interaction f
JOIN dim_date d USING (date_key)
GROUP BY d.year, d.month
ORDER BY d.year, d.month;

-- The brand with the most interactions of each department (of equals the first in the alphabet).
CREATE VIEW top_brand_per_department AS
SELECT p.department, p.brand, count(*) AS interactions, avg(f.rating) AS mean_rating
FROM fact_interaction f
JOIN dim_product p USING (product_key)
WHERE p.brand IS NOT NULL
GROUP BY p.department, p.brand
QUALIFY row_number() OVER (PARTITION BY p.department ORDER BY count(*) DESC, p.brand) = 1
ORDER BY p.department;

-- Days on which a shopper reviewed several products: their order within such a day is an accident of sorting.
CREATE VIEW repeat_days AS
SELECT f.user_key, d.date, count(*) AS interactions
FROM fact_interaction f
JOIN dim_date d USING (date_key)
GROUP BY f.user_key, d.date
HAVING count(*) > 1
ORDER BY interactions DESC, f.user_key, d.date;
