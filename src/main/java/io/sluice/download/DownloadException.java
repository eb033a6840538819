package io.sluice.download;

import org.jspecify.annotations.Nullable;

/** A file could not be had. The message is for a person: it names the file or address, what is wrong and what to do. */
public final class DownloadException extends Exception {
    private static final long serialVersionUID = 1;

    public DownloadException(String message) {
        this(message, null);
    }

    public DownloadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
