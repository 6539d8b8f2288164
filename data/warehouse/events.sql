-- What visitors who agreed to be counted did, beside the star of the reviews (schema.sql): one row an event.
-- Loaded by core/events/warehouse.py from the files the studio writes; joins dim_product by item_id, dim_date by date_key.

CREATE TABLE IF NOT EXISTS fact_event (
    id       VARCHAR PRIMARY KEY,                -- of the event alone: no visitor or visit has a number
    schema   TINYINT NOT NULL,
    minute   TIMESTAMP NOT NULL,                 -- UTC
    date_key INTEGER NOT NULL,                   -- 20261121
    first    BOOLEAN NOT NULL,                   -- the first in its visit about its subject
    kind     VARCHAR NOT NULL,                   -- viewed, liked, dismissed, generated, claimed
    room     VARCHAR,
    item_id  VARCHAR,
    theme    VARCHAR,
    style    VARCHAR,
    context  VARCHAR,
    count    INTEGER NOT NULL                    -- of pictures; 1 where nothing is drawn
);

-- Events of each day by kind and room, and how many pictures were drawn.
CREATE OR REPLACE VIEW events_per_day AS
SELECT date_key, kind, room, count(*) AS events, sum(count) FILTER (kind = 'generated') AS pictures
FROM fact_event
GROUP BY date_key, kind, room
ORDER BY date_key, kind, room;

-- How many visits liked a product, and how many set it aside.
CREATE OR REPLACE VIEW liked_products AS
SELECT item_id, count(*) FILTER (kind = 'liked') AS likes, count(*) FILTER (kind = 'dismissed') AS dismissals
FROM fact_event
WHERE item_id IS NOT NULL AND first
GROUP BY item_id
ORDER BY likes DESC, item_id;

-- Pictures drawn and avatars claimed, by theme.
CREATE OR REPLACE VIEW themes AS
SELECT theme, sum(count) FILTER (kind = 'generated') AS pictures, count(*) FILTER (kind = 'claimed') AS claims
FROM fact_event
WHERE theme IS NOT NULL
GROUP BY theme
ORDER BY theme;
