-- What one process at a time does, and who does it. A lease that has run out is anybody's.
CREATE TABLE lease (
    name       TEXT NOT NULL PRIMARY KEY,
    -- instance that holds it
    holder     TEXT NOT NULL,
    -- by the holder's clock, milliseconds since 1970
    held_until BIGINT NOT NULL
);
