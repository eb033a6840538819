package io.sluice.route;

import io.sluice.store.BucketObject;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.aws2.s3.AWS2S3Constants;

/** Notes an object that a list of the bucket tells of. Its content is not looked at. */
public final class NoteListed implements Processor {
    private final NotedObjects noted;

    public NoteListed(NotedObjects noted) {
        this.noted = noted;
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        noted.note(new BucketObject(
                header(message, AWS2S3Constants.KEY, String.class),
                header(message, AWS2S3Constants.E_TAG, String.class),
                header(message, AWS2S3Constants.CONTENT_LENGTH, Long.class)));
    }

    private static <T> T header(Message message, String name, Class<T> type) {
        return Objects.requireNonNull(message.getHeader(name, type), name);
    }
}
