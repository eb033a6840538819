package io.sluice.route;

import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Takes up, now and then, what another process has moved out of the inbox and not entered before it was killed. */
public final class ResumeInbox implements Processor {
    private final TakeFromInbox inbox;

    public ResumeInbox(TakeFromInbox inbox) {
        this.inbox = inbox;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        inbox.resume();
    }
}
