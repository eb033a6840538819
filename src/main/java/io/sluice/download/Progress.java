package io.sluice.download;

import java.util.OptionalLong;

/** Is told how a download goes on, in the thread that downloads. */
public interface Progress {

    /**
     * So many bytes are there.
     *
     * @param total what the whole file has, if that is known
     */
    void at(long bytes, OptionalLong total);

    /** Something that a person may want to know: a resumed download, another attempt. */
    void note(String line);
}
