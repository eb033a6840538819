package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.InfrastructureException;
import io.sluice.frame.VideoId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderFrameStoreTest {
    private static final FrameId FRAME = FrameId.of(new VideoId("0123456789abcdef".repeat(4)), 0, 512, 0);
    private static final byte[] BYTES = "abc".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private Path root;
    private FolderFrameStore store;

    @BeforeEach
    void open() {
        root = folder.resolve("frames");
        store = new FolderFrameStore(root);
    }

    @Test
    void a_picture_lies_under_its_video_and_rendition() throws IOException {
        ImageRef ref = put(BYTES);

        assertThat(ref)
                .isEqualTo(new ImageRef(
                        "0123456789abcdef/raw/0123456789abcdef_0_p000000000512_0.jpg",
                        64,
                        48,
                        ImageRef.JPEG,
                        3,
                        // SHA-256 of "abc", FIPS 180-4's example
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        assertThat(store.get(ref)).isEqualTo(BYTES);
        assertThat(files()).containsExactly(root.resolve(ref.key()));
        assertThat(store.put(FRAME, "raw", BYTES, ImageRef.PNG, 64, 48).key()).endsWith("_0.png");
    }

    @Test
    void embeddings_lie_with_the_picture_for_each_model_and_go_with_it() throws IOException {
        ImageRef ref = put(BYTES);
        ImageRef other = store.put(
                FrameId.of(new VideoId("0123456789abcdef".repeat(4)), 0, 513, 0), "raw", BYTES, ImageRef.JPEG, 64, 48);
        Fingerprint clip = Fingerprint.of("clip");
        Fingerprint second = Fingerprint.of("second");
        Embedding embedding = Embedding.of(1, 2, 3);
        assertThat(store.embedding(ref, clip)).isEmpty();

        store.putEmbedding(ref, clip, embedding);
        store.putEmbedding(ref, second, Embedding.of(4, 5));
        store.putEmbedding(other, clip, Embedding.of(6));

        assertThat(store.embedding(ref, clip)).contains(embedding);
        assertThat(store.embedding(ref, second)).contains(Embedding.of(4, 5));
        assertThat(store.embedding(other, second)).isEmpty();
        Path file = root.resolve("0123456789abcdef/raw/embeddings/" + clip + "/0123456789abcdef_0_p000000000512_0.f32");
        assertThat(file).hasSize(12);

        store.delete(ref);

        assertThat(file).doesNotExist();
        assertThat(files())
                .containsExactlyInAnyOrder(
                        root.resolve(other.key()), file.resolveSibling("0123456789abcdef_0_p000000000513_0.f32"));
        Files.write(file, new byte[0]);
        assertThat(store.embedding(ref, clip)).as("emptied by a power cut").isEmpty();
    }

    @Test
    void a_picture_put_again_is_one_file_with_the_same_reference() throws IOException {
        ImageRef ref = put(BYTES);

        assertThat(put(BYTES)).isEqualTo(ref);
        assertThat(store.get(ref)).isEqualTo(BYTES);
        assertThat(files()).hasSize(1);
    }

    @Test
    void a_rest_of_a_killed_write_is_not_in_the_way() throws IOException {
        Path target = root.resolve("0123456789abcdef/raw");
        Files.createDirectories(target);
        Files.writeString(target.resolve(FRAME + ".jpg"), "a");
        Files.writeString(target.resolve(".1.partial"), "ab");

        assertThat(store.get(put(BYTES))).isEqualTo(BYTES);
    }

    @Test
    void a_reader_sees_a_whole_picture_while_it_is_written_again() throws Exception {
        byte[] large = new byte[1 << 20];
        java.util.Arrays.fill(large, (byte) 7);
        ImageRef ref = put(large);
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                writers.add(threads.submit(() -> {
                    while (!stop.get()) {
                        put(large);
                    }
                }));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(store.get(ref)).isEqualTo(large);
            }
            stop.set(true);
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            stop.set(true);
            threads.shutdownNow();
        }
        assertThat(files()).hasSize(1);
    }

    @Test
    void a_missing_picture_is_the_fault_of_the_frame() {
        ImageRef ref = put(BYTES);
        store.delete(ref);
        store.delete(ref);

        assertThatThrownBy(() -> store.get(ref))
                .isInstanceOf(MissingImageException.class)
                .hasMessageContaining(ref.key())
                .hasMessageContaining("not in the frame store");
    }

    @Test
    void a_truncated_picture_is_the_fault_of_the_frame() throws IOException {
        ImageRef ref = put(BYTES);
        Files.write(root.resolve(ref.key()), new byte[] {1, 2});

        assertThatThrownBy(() -> store.get(ref))
                .isInstanceOf(MissingImageException.class)
                .hasMessageContaining("2 bytes are stored, 3 were put");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "a/../../secret", "../frames-too/secret", "/etc/hostname"})
    void a_key_that_leaves_the_store_is_refused(String key) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "abc");
        ImageRef ref = new ImageRef(key, 1, 1, ImageRef.JPEG, 3, "00");

        assertThatThrownBy(() -> store.get(ref))
                .isInstanceOf(MissingImageException.class)
                .hasMessageContaining("leaves the frame store");
        assertThatThrownBy(() -> store.delete(ref)).isInstanceOf(MissingImageException.class);
        assertThat(secret).hasContent("abc");
    }

    @Test
    void a_rendition_that_leaves_the_store_is_refused() throws IOException {
        assertThatThrownBy(() -> store.put(FRAME, "../../..", BYTES, ImageRef.JPEG, 1, 1))
                .hasMessageContaining("leaves the frame store");
        assertThat(files()).isEmpty();
    }

    @Test
    void a_file_in_the_way_is_the_fault_of_the_store() throws IOException {
        Files.writeString(root, "x");

        assertThatThrownBy(() -> put(BYTES))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining(root.toString());
    }

    @Test
    void a_file_in_the_place_of_a_rendition_is_the_fault_of_the_store() throws IOException {
        Path video = Files.createDirectories(root.resolve("0123456789abcdef"));
        Files.writeString(video.resolve("raw"), "x");

        assertThatThrownBy(() -> put(BYTES))
                .isInstanceOf(InfrastructureException.class)
                .hasMessage("frame store: a file is in the way of folder '" + video.resolve("raw") + "'");
    }

    @Test
    void a_folder_in_the_place_of_a_picture_is_the_fault_of_the_store_and_leaves_no_rest() throws IOException {
        ImageRef ref = put(BYTES);
        Path target = root.resolve(ref.key());
        Files.delete(target);
        Files.createDirectories(target.resolve("in it"));

        assertThatThrownBy(() -> put(BYTES)).isInstanceOf(InfrastructureException.class);
        assertThatThrownBy(() -> store.get(ref)).isInstanceOf(InfrastructureException.class);
        assertThatThrownBy(() -> store.delete(ref)).isInstanceOf(InfrastructureException.class);
        assertThat(files()).isEmpty();
    }

    private ImageRef put(byte[] bytes) {
        return store.put(FRAME, "raw", bytes, ImageRef.JPEG, 64, 48);
    }

    private List<Path> files() throws IOException {
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
