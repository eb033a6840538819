package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectNotificationTest {
    /** As in Amazon's description of the structure, with the parts that nobody reads here left in. */
    private static final String AMAZON = """
            {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-west-2",
              "eventTime":"1970-01-01T00:00:00.000Z","eventName":"ObjectCreated:Put",
              "s3":{"s3SchemaVersion":"1.0","configurationId":"c",
                "bucket":{"name":"videos","arn":"arn:aws:s3:::videos"},
                "object":{"key":"in/a+b%2Bc/%C3%A9t%C3%A9.mp4","size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e",
                  "versionId":"096f","sequencer":"0055AED6DCD90281E5"}}},
             {"eventName":"ObjectRemoved:Delete","s3":{"bucket":{"name":"videos"},"object":{"key":"gone.mp4"}}},
             {"eventName":"ObjectCreated:CompleteMultipartUpload",
              "s3":{"bucket":{"name":"videos"},"object":{"key":"large.mp4","size":7,"eTag":"ab-2"}}}]}""";

    private static final String MINIO = """
            {"EventName":"s3:ObjectCreated:Put","Key":"videos/in/rex.mp4","Records":[{"eventVersion":"2.0",
              "eventSource":"minio:s3","eventName":"s3:ObjectCreated:Put",
              "s3":{"bucket":{"name":"videos"},"object":{"key":"in%2Frex.mp4","size":3,
                "eTag":"900150983cd24fb0d6963f7d28e17f72","contentType":"video/mp4"}}}]}""";

    @Test
    void amazons_and_minios_records_are_read_with_decoded_keys_and_deletions_are_left_out() throws Exception {
        assertThat(ObjectNotification.parse(AMAZON))
                .containsExactly(
                        new ObjectNotification(
                                "videos",
                                "in/a b+c/été.mp4",
                                Optional.of("d41d8cd98f00b204e9800998ecf8427e"),
                                Optional.of(1024L)),
                        new ObjectNotification("videos", "large.mp4", Optional.of("ab-2"), Optional.of(7L)));
        assertThat(ObjectNotification.parse(MINIO))
                .containsExactly(new ObjectNotification(
                        "videos", "in/rex.mp4", Optional.of("900150983cd24fb0d6963f7d28e17f72"), Optional.of(3L)));
    }

    @Test
    void amazons_test_event_is_nothing_and_version_and_size_may_be_missing() throws Exception {
        assertThat(ObjectNotification.parse(
                        "{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\",\"Bucket\":\"videos\"}"))
                .isEmpty();
        assertThat(ObjectNotification.parse("{\"Records\":[{\"eventName\":\"ObjectCreated:Copy\","
                        + "\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\"k\"}}}]}"))
                .containsExactly(new ObjectNotification("b", "k", Optional.empty(), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | empty",
                "not json | not valid JSON",
                "{\"records\":[]} | 'Records' is missing",
                "[] | 'Records' is missing",
                "{\"Records\":[{}]} | Records[0].eventName",
                "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"}}}]} "
                        + "| Records[0].s3.object.key",
                "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"object\":{\"key\":\"k\"}}}]} "
                        + "| Records[0].s3.bucket.name",
                "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"},"
                        + "\"object\":{\"key\":\"%zz\"}}}]} | '%zz' is not URL-encoded",
                "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"},"
                        + "\"object\":{\"key\":\"k\",\"size\":\"large\"}}}]} | '\"large\"' is not allowed",
            })
    void what_is_no_notification_is_told(String text, String reason) {
        assertThatThrownBy(() -> ObjectNotification.parse(text))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining(reason);
    }
}
