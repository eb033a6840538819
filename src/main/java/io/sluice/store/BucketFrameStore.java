package io.sluice.store;

import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Frame store in a bucket: {@code <prefix><video>/<rendition>/<frame id>.jpg}, and beside the pictures {@code
 * embeddings/<frame id>/<model>.f32}, the frame before the model so that what belongs to a picture is one short list.
 */
public final class BucketFrameStore implements FrameStore {
    private final Bucket bucket;
    private final String prefix;

    /** @param prefix of all keys, empty or with {@code /} at its end */
    public BucketFrameStore(Bucket bucket, String prefix) {
        this.bucket = bucket;
        this.prefix = prefix;
    }

    @Override
    public ImageRef put(FrameId frame, String rendition, byte[] encoded, String mediaType, int width, int height) {
        ImageRef ref = FolderFrameStore.reference(frame, rendition, encoded, mediaType, width, height);
        bucket.put(prefix + ref.key(), encoded);
        return ref;
    }

    @Override
    public byte[] get(ImageRef ref) {
        byte[] bytes = bucket.get(prefix + ref.key())
                .orElseThrow(() -> new MissingImageException(ref, "not in the frame store"));
        if (bytes.length != ref.bytes()) {
            throw new MissingImageException(ref, bytes.length + " bytes are stored, " + ref.bytes() + " were put");
        }
        return bytes;
    }

    @Override
    public boolean has(ImageRef ref) {
        return bucket.find(prefix + ref.key())
                .filter(object -> object.bytes() == ref.bytes())
                .isPresent();
    }

    @Override
    public void putEmbedding(ImageRef picture, Fingerprint model, Embedding embedding) {
        bucket.put(embeddings(picture) + model.value() + ".f32", embedding.toBytes());
    }

    @Override
    public Optional<Embedding> embedding(ImageRef picture, Fingerprint model) {
        return bucket.get(embeddings(picture) + model.value() + ".f32").map(Embedding::ofBytes);
    }

    @Override
    public void delete(ImageRef ref) {
        List<String> keys = new ArrayList<>();
        keys.add(prefix + ref.key());
        bucket.list(embeddings(ref)).forEach(embedding -> keys.add(embedding.key()));
        bucket.delete(keys);
    }

    /** The prefix of all embeddings of a picture. */
    private String embeddings(ImageRef picture) {
        String key = picture.key();
        int slash = key.lastIndexOf('/');
        String name = key.substring(slash + 1);
        int dot = name.lastIndexOf('.');
        return prefix + key.substring(0, slash + 1) + "embeddings/" + (dot < 0 ? name : name.substring(0, dot)) + "/";
    }
}
