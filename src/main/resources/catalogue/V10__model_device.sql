-- Where models have run, as the process says that ran them: the one that writes a report may be another, or a later one.
CREATE TABLE model_device (
    role   TEXT NOT NULL,
    model  TEXT NOT NULL,
    -- of its files, as in fingerprints
    sha256 TEXT NOT NULL,
    -- cpu, cuda or tensorrt; the one where it ran last
    device TEXT NOT NULL,
    PRIMARY KEY (role, model, sha256)
);
