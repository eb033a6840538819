-- Whether the end of a video has been told to others: recorded in one transaction, published after it, and told again by the sweeper
-- where the process ended between the two.
ALTER TABLE dataset_video ADD COLUMN told BOOLEAN NOT NULL DEFAULT false;

UPDATE dataset_video SET told = true WHERE status IN ('completed', 'failed');
