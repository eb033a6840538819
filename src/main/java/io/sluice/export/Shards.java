package io.sluice.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.store.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/** WebDataset's tar files. Entries say neither when nor by whom they were made, so that the same examples make the same bytes. */
final class Shards implements LayoutFiles {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MODE = 0100644;

    private final FileTree files;
    private final long limit;
    private int number;
    private long content;
    private FileTree.@Nullable Draft draft;
    private @Nullable TarArchiveOutputStream tar;

    /** @param limit of a shard's content in bytes, unless one example alone has more */
    Shards(FileTree files, long limit) {
        this.files = files;
        this.limit = limit;
    }

    @Override
    public void put(Example example, PictureFile facts, byte[] picture, Optional<byte[]> mask) throws IOException {
        byte[] text = example.caption().getBytes(StandardCharsets.UTF_8);
        byte[] json = json(example, facts);
        long size = (long) picture.length
                + text.length
                + json.length
                + mask.map(m -> m.length).orElse(0);
        if (content > 0 && content + size > limit) {
            finish();
        }
        TarArchiveOutputStream out = tar == null ? open() : tar;
        String key = example.id().value();
        add(out, key + ".json", json);
        add(out, key + example.extension(), picture);
        if (mask.isPresent()) {
            add(out, key + ".mask.png", mask.get());
        }
        add(out, key + ".txt", text);
        content += size;
    }

    private TarArchiveOutputStream open() throws IOException {
        draft = files.draft(String.format(Locale.ROOT, "%05d.tar", number));
        tar = new TarArchiveOutputStream(draft.out(), StandardCharsets.UTF_8.name());
        number++;
        return tar;
    }

    private static void add(TarArchiveOutputStream tar, String name, byte[] bytes) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        entry.setModTime(0L);
        entry.setMode(MODE);
        entry.setIds(0, 0);
        entry.setNames("", "");
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    /** The keys of img2dataset, whose readers are many, then ours. */
    private static byte[] json(Example example, PictureFile facts) {
        ObjectNode json = JSON.createObjectNode();
        json.putNull("url");
        json.put("caption", example.caption());
        json.put("key", example.id().value());
        json.put("status", "success");
        json.putNull("error_message");
        json.put("width", facts.width());
        json.put("height", facts.height());
        json.put("original_width", facts.width());
        json.put("original_height", facts.height());
        json.put("exif", "{}");
        json.put("repeats", example.repeats());
        json.put("concept", example.concept());
        json.put("video", example.video());
        json.put("time", example.time());
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void finish() throws IOException {
        TarArchiveOutputStream ending = tar;
        FileTree.Draft whole = draft;
        if (ending != null && whole != null) {
            ending.finish();
            ending.flush();
            whole.publish();
            whole.close();
            tar = null;
            draft = null;
            content = 0;
        }
    }

    @Override
    public void close() throws IOException {
        if (draft != null) {
            draft.close();
        }
    }
}
