package io.sluice.application;

import io.sluice.route.AdvanceDatasets.SelectWhen;
import io.sluice.video.Hardware;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of the process, as opposed to those of a dataset, which are in its recipe. Keys begin with {@code sluice.}. */
@ConfigMapping(prefix = "sluice")
public interface Settings {

    /** Where frames, catalogue, broker log and accepted videos lie. One process at a time uses it. */
    @WithDefault("work")
    Path work();

    /** Where datasets are made, each in a folder of its name. */
    @WithDefault("datasets")
    Path out();

    /** Where models and their manifests lie. */
    @WithDefault("models")
    Path models();

    /** Name of this process among those that share a broker; must be the same after a restart. */
    @WithDefault("local")
    String instance();

    /** When select runs. */
    @WithDefault("video")
    SelectWhen selectWhen();

    /** Whether every dataset rests after select. */
    @WithDefault("false")
    boolean restAfterSelect();

    /** How often datasets are looked at for what can go on. */
    @WithDefault("500ms")
    Duration progressPeriod();

    /** How often, and after how long a wait, lost messages are looked for. */
    @WithDefault("10s")
    Duration sweepPeriod();

    /** Bytes of decoded pictures that are kept for the next stage. */
    @WithDefault("268435456")
    long pictureCache();

    /** Extracted frames that may wait for the filters before extraction is held back. */
    @WithDefault("2000")
    long credit();

    Inbox inbox();

    Kafka kafka();

    Catalogue catalogue();

    Decoder decoder();

    Onnx onnx();

    /** Continuous ingestion from a folder. */
    interface Inbox {
        /** Whether the inbox is watched. */
        @WithDefault("false")
        boolean watched();

        @WithDefault("inbox")
        Path folder();

        @WithDefault("done")
        Path done();

        @WithDefault("failed")
        Path failed();
    }

    /** The broker. */
    interface Kafka {
        /** {@code host:port,...} of a cluster; absent for the embedded broker. */
        Optional<String> bootstrapServers();

        /** Partitions of a topic that is created. */
        @WithDefault("4")
        int partitions();

        /** Replicas of a topic that is created. */
        @WithDefault("1")
        int replication();
    }

    /** The database. */
    interface Catalogue {
        /** {@code jdbc:postgresql:...}; absent for the embedded database. */
        Optional<String> url();

        Optional<String> user();

        Optional<String> password();
    }

    /** Decoding. */
    interface Decoder {
        /** Child processes that decode at the same time. */
        @WithDefault("1")
        int processes();

        /** What decodes: {@code none} for the processor, {@code cuda} for NVDEC where build, device and codec have it. */
        @WithDefault("none")
        Hardware hardware();
    }

    /** ONNX Runtime. */
    interface Onnx {
        /** Threads of a session; absent for one a core. */
        Optional<Integer> threads();
    }
}
