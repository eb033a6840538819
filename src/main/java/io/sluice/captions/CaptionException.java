package io.sluice.captions;

import java.util.List;

/** Captions that are not allowed. The message names each with what is wrong; nothing was changed. */
public final class CaptionException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int NAMED = 20;

    /** @param wrong a sentence for each */
    public CaptionException(String source, List<String> wrong) {
        super(message(source, wrong));
    }

    private static String message(String source, List<String> wrong) {
        StringBuilder message = new StringBuilder();
        wrong.stream()
                .limit(NAMED)
                .forEach(
                        line -> message.append(source).append(", ").append(line).append('\n'));
        if (wrong.size() > NAMED) {
            message.append("and ").append(wrong.size() - NAMED).append(" more\n");
        }
        return message.append("nothing was changed").toString();
    }
}
