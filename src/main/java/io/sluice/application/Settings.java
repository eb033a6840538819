package io.sluice.application;

import io.quarkus.runtime.configuration.MemorySize;
import io.sluice.onnx.Device;
import io.sluice.route.AdvanceDatasets.SelectWhen;
import io.sluice.store.Place;
import io.sluice.video.Hardware;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings of the process, as opposed to those of a dataset, which are in its recipe. Keys begin with {@code sluice.}. */
@ConfigMapping(prefix = "sluice")
public interface Settings {

    /** Where frames, catalogue, broker log and accepted videos lie. One process at a time uses it. */
    @WithDefault("work")
    Path work();

    /** Folder that all processes of one service see, for frames and accepted videos; absent for the work folder. */
    Optional<Path> shared();

    /** Where datasets are made, each in a folder of its name: a folder, or {@code s3://bucket/prefix}. */
    @WithDefault("datasets")
    Place out();

    /** Where models and their manifests lie. */
    @WithDefault("models")
    Path models();

    /** Name of this process among those that share a broker; must be the same after a restart. */
    @WithDefault("local")
    String instance();

    /**
     * What this process does: {@code all}, or some of {@code ingest}, {@code plan}, the stages and {@code control}, by commas.
     * Several processes that share broker, database and store share the work; docs/operations.md says what of that was tried.
     */
    @WithDefault("all")
    List<String> stages();

    /** Whether work travels: without it there is no broker and no route, and the catalogue can be read in peace. */
    @WithDefault("true")
    boolean transport();

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

    /** How long a process that has ended keeps others from its part in what only one at a time does. */
    @WithDefault("30s")
    Duration lease();

    /** Bytes of decoded pictures that are kept for the next stage. */
    @WithDefault("268435456")
    long pictureCache();

    /** Extracted frames that may wait for the filters before extraction is held back. */
    @WithDefault("2000")
    long credit();

    /** How often waiting work is counted for the metrics. */
    @WithDefault("15s")
    Duration observePeriod();

    Http http();

    Traces traces();

    Store store();

    Retention retention();

    S3 s3();

    Inbox inbox();

    Ingest ingest();

    Requests requests();

    Kafka kafka();

    Catalogue catalogue();

    Decoder decoder();

    Onnx onnx();

    /** Who may ask over HTTP. */
    interface Http {
        /** Address that is listened on; any but this machine's own needs a token. */
        @WithDefault("127.0.0.1")
        String host();

        /** What requests must carry, but for those to {@code /q/health}. */
        Optional<String> token();

        /** Where exports that requests ask for are written, a folder for each dataset. */
        @WithDefault("exports")
        Path exports();
    }

    /** Traces of frames. */
    interface Traces {
        /** Where spans are sent, OTLP over HTTP, as in {@code http://collector:4318/v1/traces}; absent for no traces. */
        Optional<URI> endpoint();

        /** Share of the frames that are traced. */
        @WithDefault("1")
        double ratio();
    }

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

    /** Extracted frames and their embeddings. */
    interface Store {
        /** {@code s3://bucket/prefix}; absent for a folder in the work folder. */
        Optional<Place> url();
    }

    /** How long what nobody needs any more is kept; {@code docs/operations.md} tells of it. */
    interface Retention {
        /** Pictures of rejected frames, after the end of their videos; absent for ever. */
        Optional<Duration> rejected();

        /** How often such pictures are looked for. */
        @WithDefault("1h")
        Duration period();
    }

    /** How object storage is reached. Credentials come by the SDK's default chain. */
    interface S3 {
        /** Of a server that is not Amazon's, as {@code http://minio:9000}. */
        Optional<URI> endpoint();

        /** Absent for the SDK's default chain, and with an endpoint for any. */
        Optional<String> region();

        /** Whether the bucket is named in the path and not in the host; most servers that are not Amazon's want it. */
        @WithDefault("false")
        boolean pathStyle();

        /** Tries of a request that fails for a reason that may pass. */
        @WithDefault("5")
        int attempts();

        /** Longest silence of a connection. */
        @WithDefault("30s")
        Duration patience();

        /** Connections that are open at the same time. */
        @WithDefault("50")
        int connections();
    }

    /** Continuous ingestion from a bucket, with the command {@code serve}. */
    interface Ingest {
        /** Where videos come from; absent for no bucket. */
        Optional<String> bucket();

        /** Of the keys of videos. */
        Optional<String> prefix();

        /** Whether the bucket is listed for what is new. */
        @WithDefault("true")
        boolean listed();

        /** How often a page of the list, of 1000 keys, is read. */
        @WithDefault("10s")
        Duration period();

        /** Whether notifications tell what is new. */
        @WithDefault("false")
        boolean notified();

        /** Full name of the topic that notifications come by. */
        @WithDefault("sluice.objects.created")
        String topic();

        /** Full name of the topic for notifications that cannot be read. */
        @WithDefault("sluice.objects.failed")
        String deadLetterTopic();

        /** How long a claim on an object holds when its process is gone. */
        @WithDefault("60s")
        Duration lease();

        /** Whether an object is deleted when its video is completed. */
        @WithDefault("false")
        boolean removeCompleted();

        /** Where videos lie while they are read; absent for a folder in the work folder. */
        Optional<Path> scratch();

        /** Bytes of videos that may lie there. */
        @WithDefault("64G")
        MemorySize scratchSize();
    }

    /** The broker; {@code docs/kafka.md} tells of each. */
    interface Kafka {
        /** {@code host:port,...} of a cluster; absent for the embedded broker. */
        Optional<String> bootstrapServers();

        /** Whether topics that are missing are created, or only looked for. */
        @WithDefault("create")
        TopicsWhen topics();

        /** Partitions that a topic is created with, and must have. */
        @WithDefault("4")
        int partitions();

        /** Replicas that a topic is created with, and must have; absent for what the cluster has by default. */
        Optional<Integer> replication();

        /** How long work is kept: segments and frames. What is lost to it is published again from the catalogue. */
        @WithDefault("7d")
        Duration retention();

        /** How long facts about videos, requests, and records that could not be read are kept. */
        @WithDefault("30d")
        Duration videoRetention();

        /**
         * How long a process that has ended, or is being started again, keeps its partitions; at least what the cluster allows, 6 s
         * by default.
         */
        @WithDefault("6s")
        Duration sessionTimeout();

        /** Bytes of work that a partition keeps. */
        @WithDefault("1G")
        MemorySize retentionBytes();

        /** What differs for single topics, by their word, as in {@code "frames.rated"}. */
        Map<String, OneTopic> topic();

        /** {@code PLAINTEXT}, {@code SSL}, {@code SASL_PLAINTEXT} or {@code SASL_SSL}. */
        Optional<String> securityProtocol();

        Optional<String> saslMechanism();

        Optional<String> saslJaasConfig();

        /** With {@link #password}, instead of {@link #saslJaasConfig} for {@code PLAIN} and {@code SCRAM-*}. */
        Optional<String> user();

        Optional<String> password();

        Optional<Path> truststoreLocation();

        /** {@code PKCS12}, {@code JKS} or {@code PEM}. */
        Optional<String> truststoreType();

        Optional<String> truststorePassword();

        Optional<Path> keystoreLocation();

        Optional<String> keystoreType();

        Optional<String> keystorePassword();

        Optional<String> keyPassword();

        /** Whatever else Kafka's clients can be told, by Kafka's keys. */
        Map<String, String> properties();

        /** {@code host:port} where the embedded broker listens for others; absent for nowhere. */
        Optional<String> listener();

        /** {@code host:port} under which others reach that; absent for the same. */
        Optional<String> advertisedListener();

        /** Whether topics are created. */
        enum TopicsWhen {
            CREATE,
            CHECK
        }

        /** What differs for one topic. */
        interface OneTopic {
            Optional<Integer> partitions();

            Optional<Integer> replication();

            Optional<Duration> retention();

            Optional<MemorySize> retentionBytes();
        }
    }

    /** Requests on {@code videos.arrived}; {@code docs/events.md} tells of them. */
    interface Requests {
        /** Folders below which a request may name files; none by default. */
        Optional<List<Path>> folders();

        /** Places in buckets below which a request may name objects, as {@code s3://bucket/prefix}; none by default. */
        Optional<List<Place>> buckets();

        /** Folder of the recipes that a request may name: {@code NAME.yaml}; none by default. */
        Optional<Path> recipes();
    }

    /** The database. */
    interface Catalogue {
        /** {@code jdbc:postgresql:...}; absent for the embedded database. */
        Optional<String> url();

        Optional<String> user();

        Optional<String> password();
    }

    /** Decoding, and what one video may cost. What is over a limit ends the video, not the service. */
    interface Decoder {
        /** Child processes that decode at the same time. */
        @WithDefault("1")
        int processes();

        /** What decodes: {@code none} for the processor, {@code cuda} for NVDEC where build, device and codec have it. */
        @WithDefault("none")
        Hardware hardware();

        /** Java heap of a child; pixels are not on it. */
        @WithDefault("256M")
        MemorySize maxHeap();

        /** Resident memory of a child, watched on Linux. */
        @WithDefault("3G")
        MemorySize maxMemory();

        /** Silence after which a child is taken to hang. */
        @WithDefault("60s")
        Duration stallTime();

        @WithDefault("256G")
        MemorySize maxFileSize();

        /** Pixels of a picture, as coded and as displayed: 8192 x 4608 by default. */
        @WithDefault("37748736")
        long maxPixels();

        /** Duration of a video, as its container claims and as its pictures' times reach. */
        @WithDefault("24h")
        Duration maxDuration();

        /** Frames of a video: 24 hours at 60 a second by default. */
        @WithDefault("5184000")
        long maxFrames();

        /** Streams of a container, of all kinds. */
        @WithDefault("64")
        int maxStreams();

        /** Seconds that reading and decoding may take for each second of video. */
        @WithDefault("60")
        double maxDecodeSecondsPerSecond();

        /** Time that reading and decoding may take however short the video is. */
        @WithDefault("2m")
        Duration decodeFloor();
    }

    /** ONNX Runtime. */
    interface Onnx {
        /**
         * Where models run: {@code auto} for CUDA where it can be had and the CPU otherwise; {@code cpu}; {@code cuda} or {@code
         * tensorrt}, without which the process does not start.
         */
        @WithDefault("auto")
        Device device();

        /** Threads of a session; absent for one a core. */
        Optional<Integer> threads();

        /** Sessions of each network, which run at the same time. */
        @WithDefault("1")
        int replicas();

        /** Pictures at once where a network leaves it open; absent for one on the CPU, eight on a GPU. */
        Optional<Integer> batch();

        /** Memory of each session on a GPU; absent for all there is. */
        Optional<MemorySize> gpuMemory();

        /** Whether TensorRT may compute in 16 bits: faster, and not quite the same results. */
        @WithDefault("false")
        boolean halfPrecision();

        /** Folder where TensorRT keeps the engines it has built; absent for building them at each start. */
        Optional<Path> engineCache();

        /** Time that a run of a session takes at the least: for measuring how processes share work, and for nothing else. */
        @WithDefault("0s")
        Duration latency();
    }
}
