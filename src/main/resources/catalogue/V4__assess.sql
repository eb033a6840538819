-- What a person has said of a frame in a dataset: pin or veto. It wins over every rule, and survives changes of the recipe.
CREATE TABLE frame_edit (
    dataset    TEXT NOT NULL,
    frame      TEXT NOT NULL,
    edit       TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (dataset, frame)
);

-- What follows the next select of the dataset, whatever recipe and process say: rest, go-on; NULL for what these say. A dataset
-- that is adjusted while it rests rests on, and one that is finished is finished again.
ALTER TABLE dataset ADD COLUMN after_select TEXT;
