package io.sluice.application;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.arc.All;
import io.sluice.assess.Replay;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.broker.KafkaCluster;
import io.sluice.catalogue.Catalogue;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.InfrastructureException;
import io.sluice.image.Image;
import io.sluice.model.Model;
import io.sluice.model.ModelFolder;
import io.sluice.model.Models;
import io.sluice.model.ShippedModels;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.route.AdjustDataset;
import io.sluice.route.AdvanceDatasets;
import io.sluice.route.Arrivals;
import io.sluice.route.BucketIngest;
import io.sluice.route.BucketLocation;
import io.sluice.route.BucketRoutes;
import io.sluice.route.CommitBatch;
import io.sluice.route.Credit;
import io.sluice.route.DatasetFolders;
import io.sluice.route.DatasetReport;
import io.sluice.route.DatasetSheet;
import io.sluice.route.DatasetTaste;
import io.sluice.route.DropRejectedPictures;
import io.sluice.route.Duty;
import io.sluice.route.ExtractSegment;
import io.sluice.route.FailPoint;
import io.sluice.route.FileLocation;
import io.sluice.route.FollowBatch;
import io.sluice.route.FrameTraces;
import io.sluice.route.HoldLease;
import io.sluice.route.InboxFolders;
import io.sluice.route.KeptMeasurements;
import io.sluice.route.NoteListed;
import io.sluice.route.NoteNotified;
import io.sluice.route.NotedObjects;
import io.sluice.route.ObservePipeline;
import io.sluice.route.Originals;
import io.sluice.route.Pipeline;
import io.sluice.route.PlanVideo;
import io.sluice.route.Presence;
import io.sluice.route.Publisher;
import io.sluice.route.Recipes;
import io.sluice.route.ReplayParked;
import io.sluice.route.RequestedLocation;
import io.sluice.route.ResumeInbox;
import io.sluice.route.RunStage;
import io.sluice.route.StageMetrics;
import io.sluice.route.StageRunner;
import io.sluice.route.SweepLostFrames;
import io.sluice.route.TakeFromBucket;
import io.sluice.route.TakeFromInbox;
import io.sluice.route.TakeRequest;
import io.sluice.route.TransportLag;
import io.sluice.route.VideoOutcomes;
import io.sluice.route.WriteDataset;
import io.sluice.select.EmbeddingCosine;
import io.sluice.select.PerceptualHash;
import io.sluice.select.Selector;
import io.sluice.stage.FrameEmbeddings;
import io.sluice.stage.Stage;
import io.sluice.stage.aesthetic.PhotographicQuality;
import io.sluice.store.BucketFrameStore;
import io.sluice.store.FolderFrameStore;
import io.sluice.store.FrameImages;
import io.sluice.store.FrameStore;
import io.sluice.store.ListingClient;
import io.sluice.store.ObjectStorage;
import io.sluice.store.Place;
import io.sluice.store.Scratch;
import io.sluice.store.WorkFolder;
import io.sluice.taste.TasteHeads;
import io.sluice.video.Decoders;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;

/** Makes the parts from the settings and puts them together. Names of beans are those that the routes refer to. */
@Singleton
public class Components {

    @Produces
    @Singleton
    WorkFolder workFolder(Settings settings) {
        return WorkFolder.open(settings.work(), settings.shared());
    }

    void close(@Disposes WorkFolder folder) {
        folder.close();
    }

    @Produces
    @Singleton
    Broker broker(Settings settings, WorkFolder work) {
        Optional<EmbeddedBroker> embedded = Optional.empty();
        KafkaCluster cluster;
        if (settings.kafka().bootstrapServers().isEmpty()) {
            FailPoint.BROKER_START.pass();
            EmbeddedBroker broker = KafkaSettings.embedded(settings.kafka(), work.broker());
            embedded = Optional.of(broker);
            cluster = broker.cluster();
            FailPoint.BROKER_START.pass();
        } else {
            cluster = KafkaSettings.cluster(settings.kafka());
        }
        Settings.Ingest ingest = settings.ingest();
        KafkaSettings.topics(
                settings.kafka(),
                ingest.notified() ? Set.of(ingest.topic(), ingest.deadLetterTopic()) : Set.of(),
                cluster);
        return new Broker(cluster, embedded);
    }

    void close(@Disposes Broker broker) {
        broker.close();
    }

    @Produces
    @Singleton
    Catalogue catalogue(Settings settings, WorkFolder work) {
        return settings.catalogue()
                .url()
                .map(url -> postgresql(url, settings.catalogue()))
                .orElseGet(() -> Catalogue.embedded(work.catalogue()));
    }

    private static Catalogue postgresql(String url, Settings.Catalogue settings) {
        if (!url.startsWith("jdbc:postgresql:")) {
            // What follows may hold a password.
            throw new SettingsException("setting sluice.catalogue.url begins with '" + url.replaceFirst("[@/?].*", "")
                    + "': allowed is jdbc:postgresql://host:port/database");
        }
        return Catalogue.postgresql(
                url, settings.user().orElse(""), settings.password().orElse(""));
    }

    void close(@Disposes Catalogue catalogue) {
        catalogue.close();
    }

    @Produces
    @Singleton
    ObjectStorage objectStorage(Settings settings) {
        return new ObjectStorage(new ObjectStorage.Settings(
                settings.s3().endpoint(),
                settings.s3().region(),
                settings.s3().pathStyle(),
                settings.s3().attempts(),
                settings.s3().patience(),
                settings.s3().connections()));
    }

    void close(@Disposes ObjectStorage storage) {
        storage.close();
    }

    @Produces
    @Singleton
    FrameStore frameStore(Settings settings, WorkFolder work, ObjectStorage storage) {
        Optional<Place> url = settings.store().url();
        if (url.isEmpty()) {
            return new FolderFrameStore(work.frames());
        }
        String bucket = url.get()
                .bucket()
                .orElseThrow(() -> new SettingsException(
                        "sluice.store.url: '" + url.get() + "' is not allowed; allowed: s3://bucket/prefix"));
        return new BucketFrameStore(storage.bucket(bucket), url.get().path());
    }

    @Produces
    @Singleton
    FrameImages frameImages(FrameStore store, Settings settings) {
        return new FrameImages(store, settings.pictureCache());
    }

    @Produces
    @Singleton
    ModelFolder modelFolder(Settings settings) {
        return new ModelFolder(settings.models(), Kinds.ALL, Optional.of(ShippedModels.folder()));
    }

    @Produces
    @Singleton
    OnnxRuntime onnxRuntime(Settings settings) {
        return OnnxSettings.runtime(settings.onnx());
    }

    @Produces
    @Singleton
    Models models(ModelFolder folder, OnnxRuntime runtime) {
        return new Models(folder, runtime);
    }

    @Produces
    @Singleton
    TasteHeads tasteHeads(ModelFolder folder, OnnxRuntime runtime) {
        return new TasteHeads(folder, runtime);
    }

    @Produces
    @Singleton
    DatasetTaste datasetTaste(Catalogue catalogue, Pipeline pipeline, FrameEmbeddings embeddings, TasteHeads heads) {
        return new DatasetTaste(catalogue, pipeline, embeddings, heads);
    }

    void close(@Disposes Models models) {
        models.close();
    }

    @Produces
    @Singleton
    FrameEmbeddings frameEmbeddings(Models models, FrameStore store, FrameImages images) {
        return new FrameEmbeddings(models, store, images);
    }

    @Produces
    @Singleton
    Model<Image, Double> aestheticScorer() {
        return new PhotographicQuality();
    }

    @Produces
    @Singleton
    Decoders decoders(Settings settings) {
        return new Decoders(
                DecoderSettings.processes(settings.decoder()),
                DecoderSettings.limits(settings.decoder()),
                settings.decoder().hardware());
    }

    void close(@Disposes Decoders decoders) {
        decoders.close();
    }

    @Produces
    @Singleton
    Duties duties(Settings settings) {
        return Duties.of(settings);
    }

    @Produces
    @Singleton
    OpenTelemetry telemetry(Settings settings) {
        return TraceSettings.telemetry(settings.traces(), settings.instance());
    }

    void close(@Disposes OpenTelemetry telemetry) throws IOException {
        if (telemetry instanceof Closeable open) {
            open.close();
        }
    }

    @Produces
    @Singleton
    FrameTraces frameTraces(OpenTelemetry telemetry) {
        return FrameTraces.of(telemetry);
    }

    @Produces
    @Singleton
    @Named("followBatch")
    FollowBatch followBatch(StageMetrics metrics) {
        return new FollowBatch(metrics);
    }

    @Produces
    @Singleton
    @Named("observePipeline")
    ObservePipeline observePipeline(
            Catalogue catalogue,
            TransportLag lag,
            FrameStore store,
            Models models,
            Duties duties,
            Settings settings,
            @Named("holdControl") HoldLease control,
            MeterRegistry registry) {
        return new ObservePipeline(
                catalogue,
                lag,
                store,
                settings.credit(),
                models::loaded,
                duties.has(Duty.CONTROL),
                control::isHeld,
                registry);
    }

    @Produces
    @Singleton
    StageMetrics stageMetrics(MeterRegistry registry) {
        return new StageMetrics(registry);
    }

    @Produces
    @Singleton
    Pipeline pipeline(@All List<Stage> stages) {
        return new Pipeline(stages);
    }

    @Produces
    @Singleton
    StageRunner stageRunner(
            Presence presence, Catalogue catalogue, Pipeline pipeline, StageMetrics metrics, Models models) {
        return new StageRunner(presence.run(), catalogue, pipeline, metrics, models::loaded);
    }

    @Produces
    @Singleton
    Recipes recipes(Catalogue catalogue) {
        return new Recipes(catalogue);
    }

    @Produces
    @Singleton
    Publisher publisher(CamelContext context, ProducerTemplate producer) {
        return new Publisher(context, producer);
    }

    @Produces
    @Singleton
    ReplayParked replayParked(Broker broker, CamelContext context, Publisher publisher) {
        return new ReplayParked(broker.cluster(), context, publisher);
    }

    @Produces
    @Singleton
    Arrivals arrivals(Catalogue catalogue, Publisher publisher) {
        return new Arrivals(catalogue, publisher);
    }

    @Produces
    @Singleton
    InboxFolders inboxFolders(Settings settings, WorkFolder work) {
        return new InboxFolders(
                settings.inbox().folder(),
                work.accepted(),
                settings.inbox().done(),
                settings.inbox().failed());
    }

    @Produces
    @Singleton
    Scratch scratch(Settings settings, WorkFolder work) {
        return new Scratch(
                settings.ingest().scratch().orElseGet(work::scratch),
                settings.ingest().scratchSize().asLongValue());
    }

    @Produces
    @Singleton
    Originals originals(Catalogue catalogue, ObjectStorage storage, Scratch scratch) {
        return new Originals(catalogue, storage, scratch, Duration.ofMinutes(10));
    }

    @Produces
    @Singleton
    BucketIngest bucketIngest(Settings settings) {
        Settings.Ingest ingest = settings.ingest();
        return new BucketIngest(
                ingest.bucket().orElse(""),
                Place.folder(ingest.prefix().orElse("")),
                ingest.lease(),
                ingest.removeCompleted(),
                ingest.deadLetterTopic());
    }

    @Produces
    @Singleton
    BucketRoutes bucketRoutes(CamelContext context, Settings settings) {
        return new BucketRoutes(
                context,
                settings.ingest().bucket(),
                settings.ingest().listed(),
                settings.ingest().notified());
    }

    @Produces
    @Singleton
    NotedObjects notedObjects(Catalogue catalogue, BucketIngest ingest, Scratch scratch, MeterRegistry registry) {
        return new NotedObjects(catalogue, ingest, scratch, registry);
    }

    @Produces
    @Singleton
    @Named("listingClient")
    ListingClient listingClient(ObjectStorage storage) {
        return new ListingClient(storage);
    }

    @Produces
    @Singleton
    @Named("noteListed")
    NoteListed noteListed(NotedObjects noted) {
        return new NoteListed(noted);
    }

    @Produces
    @Singleton
    @Named("noteNotified")
    NoteNotified noteNotified(NotedObjects noted, BucketIngest ingest, ObjectStorage storage) {
        return new NoteNotified(noted, ingest, storage.bucket(ingest.bucket()));
    }

    @Produces
    @Singleton
    @Named("takeFromBucket")
    TakeFromBucket takeFromBucket(
            Catalogue catalogue,
            Arrivals arrivals,
            Originals originals,
            Models models,
            BucketIngest ingest,
            ObjectStorage storage,
            MeterRegistry registry,
            Settings settings) {
        return new TakeFromBucket(
                catalogue,
                arrivals,
                originals,
                models,
                ingest,
                storage.bucket(ingest.bucket()),
                settings.out(),
                registry,
                settings.instance());
    }

    @Produces
    @Singleton
    VideoOutcomes videoOutcomes(Catalogue catalogue, Publisher publisher, InboxFolders inbox) {
        return new VideoOutcomes(catalogue, publisher, inbox);
    }

    @Produces
    @Singleton
    DatasetSheet datasetSheet(Catalogue catalogue, DatasetReport report, FrameStore store) {
        return new DatasetSheet(catalogue, report, store);
    }

    @Produces
    @Singleton
    KeptMeasurements keptMeasurements(Catalogue catalogue, Pipeline pipeline, DatasetReport report) {
        return new KeptMeasurements(catalogue, pipeline, report);
    }

    @Produces
    @Singleton
    Selector selector(FrameStore store) {
        return new Selector(new PerceptualHash(), new EmbeddingCosine(frame -> embedding(store, frame)));
    }

    @Produces
    @Singleton
    AdjustDataset adjustDataset(
            Catalogue catalogue,
            Publisher publisher,
            @Named("advanceDatasets") AdvanceDatasets datasets,
            KeptMeasurements measurements,
            Pipeline pipeline,
            Selector selector,
            FrameStore store) {
        return new AdjustDataset(
                catalogue, publisher, datasets, measurements, new Replay(pipeline.stages(), selector), store);
    }

    @Produces
    @Singleton
    DatasetReport datasetReport(Catalogue catalogue, Pipeline pipeline, StageMetrics metrics, Models models) {
        return new DatasetReport(catalogue, pipeline, metrics, models::warnings);
    }

    @Produces
    @Singleton
    DatasetFolders datasetFolders(Catalogue catalogue, ObjectStorage storage) {
        return new DatasetFolders(catalogue, storage);
    }

    @Produces
    @Singleton
    TransportLag transportLag(Broker broker) {
        return new TransportLag(broker.cluster());
    }

    void close(@Disposes TransportLag lag) {
        lag.close();
    }

    @Produces
    @Singleton
    @Named("runStage")
    RunStage runStage(StageRunner runner, Recipes recipes, FrameTraces traces) {
        return new RunStage(runner, recipes, traces);
    }

    @Produces
    @Singleton
    @Named("commitBatch")
    CommitBatch commitBatch() {
        return new CommitBatch();
    }

    @Produces
    @Singleton
    @Named("planVideo")
    PlanVideo planVideo(
            Catalogue catalogue,
            Recipes recipes,
            Decoders decoders,
            VideoOutcomes outcomes,
            TakeRequest requests,
            StageMetrics metrics,
            Originals originals) {
        return new PlanVideo(catalogue, recipes, decoders, outcomes, requests, metrics, originals);
    }

    @Produces
    @Singleton
    FileLocation fileLocation(Settings settings) {
        return new FileLocation(settings.requests().folders().orElse(List.of()));
    }

    @Produces
    @Singleton
    BucketLocation bucketLocation(
            Catalogue catalogue, ObjectStorage storage, Scratch scratch, Originals originals, Settings settings) {
        return new BucketLocation(
                catalogue,
                storage,
                scratch,
                originals,
                settings.requests().buckets().orElse(List.of()));
    }

    @Produces
    @Singleton
    TakeRequest takeRequest(
            Catalogue catalogue,
            Arrivals arrivals,
            VideoOutcomes outcomes,
            Models models,
            @All List<RequestedLocation> locations,
            Settings settings) {
        return new TakeRequest(
                catalogue,
                arrivals,
                outcomes,
                models,
                locations,
                settings.requests().recipes(),
                settings.out());
    }

    @Produces
    @Singleton
    @Named("extractSegment")
    ExtractSegment extractSegment(
            Presence presence,
            Catalogue catalogue,
            Recipes recipes,
            Decoders decoders,
            FrameStore store,
            Publisher publisher,
            VideoOutcomes outcomes,
            StageMetrics metrics,
            FrameTraces traces,
            Originals originals,
            Settings settings) {
        Credit credit = new Credit(catalogue, settings.credit(), Duration.ofHours(1));
        return new ExtractSegment(
                presence.run(),
                catalogue,
                recipes,
                decoders,
                store,
                publisher,
                outcomes,
                metrics,
                credit,
                traces,
                originals);
    }

    @Produces
    @Singleton
    @Named("writeDataset")
    WriteDataset writeDataset(
            Catalogue catalogue,
            Recipes recipes,
            FrameStore store,
            DatasetFolders folders,
            StageMetrics metrics,
            FrameTraces traces) {
        return new WriteDataset(catalogue, recipes, store, folders, metrics, traces);
    }

    @Produces
    @Singleton
    @Named("advanceDatasets")
    AdvanceDatasets advanceDatasets(
            Catalogue catalogue,
            Pipeline pipeline,
            Recipes recipes,
            Publisher publisher,
            VideoOutcomes outcomes,
            DatasetReport report,
            DatasetFolders folders,
            Selector selector,
            FrameTraces traces,
            FrameStore store,
            Settings settings) {
        return new AdvanceDatasets(
                catalogue,
                pipeline,
                recipes,
                publisher,
                outcomes,
                report,
                folders,
                selector,
                settings.selectWhen(),
                settings.restAfterSelect(),
                traces,
                store);
    }

    /** What the aesthetic stage has kept with the frame. */
    private static Optional<Embedding> embedding(FrameStore store, Frame frame) {
        return frame.annotation(AestheticScore.class)
                .map(AestheticScore::embedding)
                .filter(fingerprint -> !fingerprint.isEmpty())
                .flatMap(fingerprint -> store.embedding(frame.image(), new Fingerprint(fingerprint)));
    }

    @Produces
    @Singleton
    @Named("takeFromInbox")
    TakeFromInbox takeFromInbox(
            Catalogue catalogue, Arrivals arrivals, InboxFolders folders, Models models, Settings settings) {
        return new TakeFromInbox(catalogue, arrivals, folders, models, settings.out());
    }

    @Produces
    @Singleton
    @Named("sweepLostFrames")
    SweepLostFrames sweepLostFrames(
            Catalogue catalogue,
            Pipeline pipeline,
            Recipes recipes,
            Publisher publisher,
            VideoOutcomes outcomes,
            TransportLag lag,
            StageMetrics metrics,
            FrameTraces traces,
            Settings settings) {
        return new SweepLostFrames(
                catalogue,
                pipeline,
                recipes,
                publisher,
                outcomes,
                lag,
                metrics,
                traces,
                settings.sweepPeriod(),
                Clock.systemUTC());
    }

    @Produces
    @Singleton
    @Named("dropRejectedPictures")
    DropRejectedPictures dropRejectedPictures(
            Catalogue catalogue,
            FrameStore store,
            @Named("advanceDatasets") AdvanceDatasets datasets,
            @Named("holdControl") HoldLease lease,
            StageMetrics metrics,
            Settings settings) {
        return new DropRejectedPictures(
                catalogue,
                store,
                datasets::undisturbed,
                lease::hold,
                metrics,
                settings.retention().rejected(),
                Clock.systemUTC());
    }

    @Produces
    @Singleton
    @Named("holdControl")
    HoldLease holdControl(Catalogue catalogue, Settings settings) {
        return lease("control", catalogue, settings);
    }

    @Produces
    @Singleton
    @Named("holdInbox")
    HoldLease holdInbox(Catalogue catalogue, Settings settings) {
        return lease("inbox", catalogue, settings);
    }

    private static HoldLease lease(String name, Catalogue catalogue, Settings settings) {
        return new HoldLease(catalogue, name, instance(settings), settings.lease(), Clock.systemUTC());
    }

    /** An embedded catalogue has one process, whatever it is called today. */
    private static String instance(Settings settings) {
        return settings.catalogue().url().isPresent() ? settings.instance() : "embedded";
    }

    @Produces
    @Singleton
    Presence presence(Catalogue catalogue, Settings settings) {
        return new Presence(catalogue, instance(settings), settings.kafka().sessionTimeout(), Clock.systemUTC());
    }

    @Produces
    @Singleton
    @Named("resumeInbox")
    ResumeInbox resumeInbox(TakeFromInbox inbox) {
        return new ResumeInbox(inbox);
    }

    /** The broker that the routes talk to: embedded, or a cluster by configuration. */
    public record Broker(KafkaCluster cluster, Optional<EmbeddedBroker> embedded) implements AutoCloseable {
        @Override
        public void close() throws InfrastructureException {
            embedded.ifPresent(EmbeddedBroker::close);
        }
    }
}
