-- The catalogue: the truth about videos, frames, measurements and decisions. This file is read by SQLite and by PostgreSQL, so it
-- keeps to what both take. Times are milliseconds since 1970; JSON is text.

-- Recipes by the digest of their canonical form.
CREATE TABLE recipe (
    digest    TEXT NOT NULL PRIMARY KEY,
    canonical TEXT NOT NULL
);

CREATE TABLE dataset (
    name   TEXT NOT NULL PRIMARY KEY,
    recipe TEXT NOT NULL REFERENCES recipe (digest),
    -- absolute path of the dataset's folder
    folder TEXT NOT NULL,
    -- whether the files in the folder are those that the rows below call for
    current BOOLEAN NOT NULL
);

-- A video in a dataset: the unit of work. The same video in two datasets is two rows that share segments, frames and annotations.
CREATE TABLE dataset_video (
    dataset    TEXT NOT NULL REFERENCES dataset (name),
    video      TEXT NOT NULL,
    -- the name it arrived under, for people
    source     TEXT NOT NULL,
    -- where the file is now
    location   TEXT NOT NULL,
    -- the recipe it is worked on with; a message that names another one is stale
    recipe     TEXT NOT NULL REFERENCES recipe (digest),
    -- fingerprint of what chooses frames (mode, rate, range); NULL until planned
    extraction TEXT,
    -- arrived, extracting, measured, awaiting-review, finishing, completed, failed
    status     TEXT NOT NULL,
    reason     TEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (dataset, video)
);

CREATE INDEX dataset_video_status ON dataset_video (status);

-- What was found when a video was opened.
CREATE TABLE video_plan (
    video      TEXT NOT NULL,
    extraction TEXT NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (video, extraction)
);

CREATE TABLE segment (
    video      TEXT NOT NULL,
    extraction TEXT NOT NULL,
    number     INTEGER NOT NULL,
    done       BOOLEAN NOT NULL,
    decoded    BIGINT NOT NULL,
    -- JSON list of sentences
    warnings   TEXT NOT NULL,
    PRIMARY KEY (video, extraction, number)
);

-- A stored picture of a frame; the rendition is the fingerprint of what makes pixels and bytes of it (cropping, encoding).
CREATE TABLE frame (
    id          TEXT NOT NULL,
    rendition   TEXT NOT NULL,
    video       TEXT NOT NULL,
    time_micros BIGINT NOT NULL,
    image       TEXT NOT NULL,
    PRIMARY KEY (id, rendition)
);

-- Which frames an extraction of a video gave.
CREATE TABLE extracted (
    video      TEXT NOT NULL,
    extraction TEXT NOT NULL,
    segment    INTEGER NOT NULL,
    frame      TEXT NOT NULL,
    PRIMARY KEY (video, extraction, frame)
);

CREATE INDEX extracted_segment ON extracted (video, extraction, segment, frame);

-- What a stage measured, once for each fingerprint. The image is the picture the stage made, where it changed pixels.
CREATE TABLE annotation (
    frame       TEXT NOT NULL,
    stage       TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    body        TEXT NOT NULL,
    image       TEXT,
    PRIMARY KEY (frame, stage, fingerprint)
);

-- How far a frame has come in a dataset: the last stage that has decided on it, and what.
CREATE TABLE dataset_frame (
    dataset    TEXT NOT NULL,
    frame      TEXT NOT NULL,
    video      TEXT NOT NULL,
    segment    INTEGER NOT NULL,
    rendition  TEXT NOT NULL,
    -- position of the stage in the pipeline, from 0 (extract)
    stage      INTEGER NOT NULL,
    -- kept, rejected, failed
    verdict    TEXT NOT NULL,
    reason     TEXT,
    score      DOUBLE PRECISION,
    threshold  DOUBLE PRECISION,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (dataset, frame)
);

-- with the frame, so that frames that wait for a stage are found in their order; without it SQLite walks the whole dataset
CREATE INDEX dataset_frame_progress ON dataset_frame (dataset, video, verdict, stage, frame);

-- Work that has begun and not ended, written before it begins: who is here often has killed the process.
CREATE TABLE attempt (
    stage   TEXT NOT NULL,
    subject TEXT NOT NULL,
    number  INTEGER NOT NULL,
    PRIMARY KEY (stage, subject)
);
