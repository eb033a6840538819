-- What one process at a time does, and who does it; and which processes are alive. A lease that has run out is anybody's.
CREATE TABLE lease (
    name       TEXT NOT NULL PRIMARY KEY,
    -- instance that holds it; of a lease on being alive, the run of that instance
    holder     TEXT NOT NULL,
    -- by the holder's clock, milliseconds since 1970
    held_until BIGINT NOT NULL
);

CREATE INDEX lease_holder ON lease (holder);

-- Counts what makes a dataset's files outdated, so that who has written them can tell whether they are still what was called for.
ALTER TABLE dataset ADD COLUMN changes BIGINT NOT NULL DEFAULT 0;

-- Attempts by the run of a process: only those count whose run has ended.
ALTER TABLE attempt RENAME TO attempt_before;

CREATE TABLE attempt (
    stage   TEXT NOT NULL,
    subject TEXT NOT NULL,
    run     TEXT NOT NULL,
    number  INTEGER NOT NULL,
    PRIMARY KEY (stage, subject, run)
);

INSERT INTO attempt (stage, subject, run, number) SELECT stage, subject, 'before', number FROM attempt_before;

DROP TABLE attempt_before;

CREATE INDEX attempt_run ON attempt (run);
