-- Objects that requests name are found by their videos alone, whatever dataset these are in. Their status is 'requested'.
DROP INDEX bucket_object_video;

CREATE INDEX bucket_object_video ON bucket_object (video);
