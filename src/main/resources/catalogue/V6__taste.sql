-- What people think of frames. The dataset is part of it: what is good in one may be bad in another.
CREATE TABLE rating (
    dataset TEXT NOT NULL,
    frame   TEXT NOT NULL,
    rater   TEXT NOT NULL,
    -- 1 to 10
    score   DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (dataset, frame, rater)
);

-- A rater has said that one frame is better than another; of the two ways round at most one is here.
CREATE TABLE preference (
    dataset TEXT NOT NULL,
    better  TEXT NOT NULL,
    worse   TEXT NOT NULL,
    rater   TEXT NOT NULL,
    PRIMARY KEY (dataset, better, worse, rater)
);
