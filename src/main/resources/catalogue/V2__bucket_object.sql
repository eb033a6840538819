-- Objects of buckets that videos come from, once for each content: who saw it, who works on it, what came of it. A row is what
-- keeps an object from being taken, or told of, twice; it stays when the object is gone.
CREATE TABLE bucket_object (
    bucket      TEXT NOT NULL,
    object_key  TEXT NOT NULL,
    -- the ETag without quotation marks
    version     TEXT NOT NULL,
    size_bytes  BIGINT NOT NULL,
    -- seen, taken, refused, passed-over, gone, removed; a recipe's object is 'recipe'
    status      TEXT NOT NULL,
    -- for people: why it was passed over or refused, or what went wrong last
    note        TEXT,
    -- the folder in the prefix, which names the dataset
    folder      TEXT NOT NULL,
    -- the video it turned out to be
    video       TEXT,
    -- who works on it, and until when that holds; milliseconds since 1970
    claimant    TEXT,
    lease_until BIGINT NOT NULL,
    attempts    INTEGER NOT NULL,
    seen_at     BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    PRIMARY KEY (bucket, object_key, version)
);

CREATE INDEX bucket_object_due ON bucket_object (bucket, status, lease_until, seen_at);

CREATE INDEX bucket_object_video ON bucket_object (folder, video);
