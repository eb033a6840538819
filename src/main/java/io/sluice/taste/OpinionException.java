package io.sluice.taste;

import java.util.List;

/** A file with opinions has lines that are not allowed. The message names each with its value and what is allowed. */
public final class OpinionException extends RuntimeException {
    private static final int NAMED = 20;

    /** @param lines a sentence for each line that is wrong */
    OpinionException(String file, List<String> lines) {
        super(message(file, lines));
    }

    private static String message(String file, List<String> lines) {
        StringBuilder message = new StringBuilder();
        lines.stream()
                .limit(NAMED)
                .forEach(line -> message.append(file).append(", ").append(line).append('\n'));
        if (lines.size() > NAMED) {
            message.append("and ").append(lines.size() - NAMED).append(" more\n");
        }
        return message.append("nothing was taken of the file").toString();
    }
}
