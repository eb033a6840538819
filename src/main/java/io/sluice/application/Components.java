package io.sluice.application;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.sluice.broker.EmbeddedBroker;
import io.sluice.broker.TopicSettings;
import io.sluice.broker.Topics;
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
import io.sluice.route.AdvanceDatasets;
import io.sluice.route.Arrivals;
import io.sluice.route.CommitBatch;
import io.sluice.route.Credit;
import io.sluice.route.DatasetFolders;
import io.sluice.route.DatasetReport;
import io.sluice.route.DatasetSheet;
import io.sluice.route.DatasetTaste;
import io.sluice.route.ExtractSegment;
import io.sluice.route.FailPoint;
import io.sluice.route.InboxFolders;
import io.sluice.route.Pipeline;
import io.sluice.route.PlanVideo;
import io.sluice.route.Publisher;
import io.sluice.route.Recipes;
import io.sluice.route.RunStage;
import io.sluice.route.StageMetrics;
import io.sluice.route.StageRunner;
import io.sluice.route.SweepLostFrames;
import io.sluice.route.TakeFromInbox;
import io.sluice.route.Topic;
import io.sluice.route.TransportLag;
import io.sluice.route.VideoOutcomes;
import io.sluice.route.WriteDataset;
import io.sluice.select.EmbeddingCosine;
import io.sluice.select.PerceptualHash;
import io.sluice.select.Selector;
import io.sluice.stage.FrameEmbeddings;
import io.sluice.stage.Stage;
import io.sluice.stage.aesthetic.PhotographicQuality;
import io.sluice.store.FolderFrameStore;
import io.sluice.store.FrameImages;
import io.sluice.store.FrameStore;
import io.sluice.store.WorkFolder;
import io.sluice.taste.TasteHeads;
import io.sluice.video.Decoders;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;

/** Makes the parts from the settings and puts them together. Names of beans are those that the routes refer to. */
@Singleton
public class Components {

    @Produces
    @Singleton
    WorkFolder workFolder(Settings settings) {
        return WorkFolder.open(settings.work());
    }

    void close(@Disposes WorkFolder folder) {
        folder.close();
    }

    @Produces
    @Singleton
    Broker broker(Settings settings, WorkFolder work) {
        Optional<EmbeddedBroker> embedded = Optional.empty();
        if (settings.kafka().bootstrapServers().isEmpty()) {
            FailPoint.BROKER_START.pass();
            embedded = Optional.of(EmbeddedBroker.start(work.broker()));
            FailPoint.BROKER_START.pass();
        }
        String servers = embedded.map(EmbeddedBroker::bootstrapServers)
                .or(() -> settings.kafka().bootstrapServers())
                .orElseThrow();
        TopicSettings topic = new TopicSettings(
                settings.kafka().partitions(), settings.kafka().replication(), Map.of());
        Topics.ensure(servers, Topic.fullNames().stream().collect(Collectors.toMap(name -> name, name -> topic)));
        return new Broker(servers, embedded);
    }

    void close(@Disposes Broker broker) {
        broker.close();
    }

    @Produces
    @Singleton
    Catalogue catalogue(Settings settings, WorkFolder work) {
        return settings.catalogue()
                .url()
                .map(url -> Catalogue.postgresql(
                        url,
                        settings.catalogue().user().orElse(""),
                        settings.catalogue().password().orElse("")))
                .orElseGet(() -> Catalogue.embedded(work.catalogue()));
    }

    void close(@Disposes Catalogue catalogue) {
        catalogue.close();
    }

    @Produces
    @Singleton
    FrameStore frameStore(WorkFolder work) {
        return new FolderFrameStore(work.frames());
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
    DatasetTaste datasetTaste(
            Catalogue catalogue,
            Pipeline pipeline,
            FrameEmbeddings embeddings,
            ModelFolder folder,
            OnnxRuntime runtime) {
        return new DatasetTaste(catalogue, pipeline, embeddings, new TasteHeads(folder, runtime));
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
    StageRunner stageRunner(Catalogue catalogue, Pipeline pipeline, StageMetrics metrics) {
        return new StageRunner(catalogue, pipeline, metrics);
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
    DatasetReport datasetReport(Catalogue catalogue, Pipeline pipeline, StageMetrics metrics, Models models) {
        return new DatasetReport(catalogue, pipeline, metrics, models::warnings);
    }

    @Produces
    @Singleton
    DatasetFolders datasetFolders(Catalogue catalogue) {
        return new DatasetFolders(catalogue);
    }

    @Produces
    @Singleton
    TransportLag transportLag(Broker broker) {
        return new TransportLag(broker.bootstrapServers());
    }

    void close(@Disposes TransportLag lag) {
        lag.close();
    }

    @Produces
    @Singleton
    @Named("runStage")
    RunStage runStage(StageRunner runner, Recipes recipes) {
        return new RunStage(runner, recipes);
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
    PlanVideo planVideo(Catalogue catalogue, Recipes recipes, Decoders decoders, VideoOutcomes outcomes) {
        return new PlanVideo(catalogue, recipes, decoders, outcomes);
    }

    @Produces
    @Singleton
    @Named("extractSegment")
    ExtractSegment extractSegment(
            Catalogue catalogue,
            Recipes recipes,
            Decoders decoders,
            FrameStore store,
            Publisher publisher,
            VideoOutcomes outcomes,
            StageMetrics metrics,
            Settings settings) {
        Credit credit = new Credit(catalogue, settings.credit(), Duration.ofHours(1));
        return new ExtractSegment(catalogue, recipes, decoders, store, publisher, outcomes, metrics, credit);
    }

    @Produces
    @Singleton
    @Named("writeDataset")
    WriteDataset writeDataset(
            Catalogue catalogue, Recipes recipes, FrameStore store, DatasetFolders folders, StageMetrics metrics) {
        return new WriteDataset(catalogue, recipes, store, folders, metrics);
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
                new Selector(new PerceptualHash(), new EmbeddingCosine(frame -> embedding(store, frame))),
                settings.selectWhen(),
                settings.restAfterSelect());
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
            TransportLag lag,
            Settings settings) {
        return new SweepLostFrames(catalogue, pipeline, recipes, publisher, lag, settings.sweepPeriod());
    }

    /** The broker that the routes talk to: embedded, or a cluster by configuration. */
    public record Broker(String bootstrapServers, Optional<EmbeddedBroker> embedded) implements AutoCloseable {
        @Override
        public void close() throws InfrastructureException {
            embedded.ifPresent(EmbeddedBroker::close);
        }
    }
}
