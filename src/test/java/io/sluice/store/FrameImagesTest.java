package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.InfrastructureException;
import io.sluice.frame.VideoId;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.image.ImageFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameImagesTest {
    private static final VideoId VIDEO = new VideoId("ab".repeat(32));
    private static final long ONE_IMAGE = 3 * 8 * 8;

    @TempDir
    Path folder;

    private CountingStore store;

    @BeforeEach
    void open() {
        store = new CountingStore(new FolderFrameStore(folder));
    }

    @Test
    void a_picture_is_decoded_once_while_it_is_kept() {
        FrameImages images = new FrameImages(store, 2 * ONE_IMAGE);
        ImageRef ref = put(1);

        assertThat(images.read(ref)).isSameAs(images.read(ref));
        assertThat(images.read(ref).bgr()[0]).isEqualTo((byte) 1);
        assertThat(store.reads).hasValue(1);
    }

    @Test
    void the_picture_asked_for_longest_ago_makes_room() {
        FrameImages images = new FrameImages(store, 2 * ONE_IMAGE);
        ImageRef one = put(1);
        ImageRef two = put(2);
        images.read(one);
        images.read(two);
        images.read(one);
        images.read(put(3));
        images.read(one);
        assertThat(store.reads).hasValue(3);

        images.read(two);
        assertThat(store.reads).hasValue(4);
    }

    @Test
    void without_a_cache_every_read_decodes() {
        FrameImages images = new FrameImages(store, 0);
        ImageRef ref = put(1);
        images.read(ref);
        images.read(ref);

        assertThat(store.reads).hasValue(2);
    }

    @Test
    void requests_at_once_decode_once() throws Exception {
        FrameImages images = new FrameImages(store, 0);
        ImageRef ref = put(1);
        store.gate = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Thread> waiting = new ArrayList<>();
            List<Future<Image>> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                answers.add(threads.submit(() -> {
                    synchronized (waiting) {
                        waiting.add(Thread.currentThread());
                    }
                    return images.read(ref);
                }));
            }
            Awaitility.await().until(() -> {
                synchronized (waiting) {
                    return waiting.size() == 4
                            && waiting.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING);
                }
            });
            store.gate.countDown();
            for (Future<Image> answer : answers) {
                assertThat(answer.get()).isSameAs(answers.get(0).get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(store.reads).hasValue(1);
    }

    @Test
    void a_missing_picture_is_told_and_asked_for_again() {
        FrameImages images = new FrameImages(store, ONE_IMAGE);
        ImageRef ref = put(1);
        store.delete(ref);
        assertThatThrownBy(() -> images.read(ref)).isInstanceOf(MissingImageException.class);

        put(1);
        assertThat(images.read(ref).width()).isEqualTo(8);
    }

    @Test
    void bytes_that_are_no_picture_name_the_key() {
        ImageRef ref = store.put(FrameId.of(VIDEO, 0, 1, 0), "raw", new byte[] {1, 2, 3}, ImageRef.JPEG, 8, 8);

        assertThatThrownBy(() -> new FrameImages(store, 0).read(ref))
                .isInstanceOf(ImageFormatException.class)
                .hasMessageContaining(ref.key());
    }

    @Test
    void a_picture_of_another_size_is_not_the_one_that_was_put() {
        byte[] png = ImageCodec.png(new Image(8, 8, new byte[192]));
        ImageRef ref = store.put(FrameId.of(VIDEO, 0, 1, 0), "raw", png, ImageRef.PNG, 9, 8);

        assertThatThrownBy(() -> new FrameImages(store, 0).read(ref))
                .isInstanceOf(MissingImageException.class)
                .hasMessageContaining("8x8 is stored, 9x8 was put");
    }

    @Test
    void a_broken_store_is_no_fault_of_the_frame() {
        ImageRef ref = put(1);
        store.broken = true;

        assertThatThrownBy(() -> new FrameImages(store, 0).read(ref)).isInstanceOf(InfrastructureException.class);
    }

    private ImageRef put(int level) {
        byte[] bgr = new byte[(int) ONE_IMAGE];
        java.util.Arrays.fill(bgr, (byte) level);
        return store.put(
                FrameId.of(VIDEO, 0, level, 0), "raw", ImageCodec.png(new Image(8, 8, bgr)), ImageRef.PNG, 8, 8);
    }

    private static final class CountingStore implements FrameStore {
        final AtomicInteger reads = new AtomicInteger();
        volatile CountDownLatch gate = new CountDownLatch(0);
        volatile boolean broken;
        private final FrameStore inner;

        CountingStore(FrameStore inner) {
            this.inner = inner;
        }

        @Override
        public ImageRef put(FrameId frame, String rendition, byte[] encoded, String mediaType, int width, int height) {
            return inner.put(frame, rendition, encoded, mediaType, width, height);
        }

        @Override
        public byte[] get(ImageRef ref) {
            reads.incrementAndGet();
            if (broken) {
                throw new InfrastructureException("disk gone", new java.io.IOException("disk gone"));
            }
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return inner.get(ref);
        }

        @Override
        public void putEmbedding(ImageRef picture, Fingerprint model, Embedding embedding) {
            inner.putEmbedding(picture, model, embedding);
        }

        @Override
        public Optional<Embedding> embedding(ImageRef picture, Fingerprint model) {
            return inner.embedding(picture, model);
        }

        @Override
        public void delete(ImageRef ref) {
            inner.delete(ref);
        }
    }
}
