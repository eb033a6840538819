-- Where the picture of a frame is: stored; dropped, so that nobody counts on it and its file may be deleted at any moment; gone, of
-- which no file is deleted any more. What is dropped or gone is stored again by who extracts it again.
ALTER TABLE frame ADD COLUMN picture TEXT NOT NULL DEFAULT 'stored';

CREATE INDEX frame_dropped ON frame (video, id, rendition) WHERE picture = 'dropped';

-- The value of updated_at at which retention has gone through the video's frames; while it is that, there is nothing new to find.
ALTER TABLE dataset_video ADD COLUMN gone_through BIGINT NOT NULL DEFAULT 0;

CREATE INDEX dataset_video_video ON dataset_video (video);

-- The other way round is the table's key.
CREATE INDEX preference_worse ON preference (dataset, worse);
