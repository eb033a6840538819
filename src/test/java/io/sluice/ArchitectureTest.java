package io.sluice;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The walls between the packages. Each rule says what it is good for. */
class ArchitectureTest {
    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.sluice");
        assertThat(classes.size()).as("classes that the rules look at").isGreaterThan(100);
    }

    private static void only(String room, String outsiders, String because, String... more) {
        String[] allowed = new String[more.length + 1];
        allowed[0] = room;
        System.arraycopy(more, 0, allowed, 1, more.length);
        noClasses()
                .that()
                .resideOutsideOfPackages(allowed)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(outsiders)
                .because(because)
                .check(classes);
    }

    @Test
    void only_routes_know_camel() {
        only(
                "io.sluice.route..",
                "org.apache.camel..",
                "what happens to a frame must be testable without messages; the application package starts Camel",
                "io.sluice.application..");
    }

    @Test
    void only_onnx_knows_onnx_runtime() {
        only("io.sluice.onnx..", "ai.onnxruntime..", "native memory of tensors is scoped by the call, in one place");
    }

    @Test
    void only_the_store_knows_amazons_sdk() {
        only(
                "io.sluice.store..",
                "software.amazon..",
                "a folder must do wherever a bucket does, and failures of a bucket are told in one way");
    }

    @Test
    void only_the_tokenizer_knows_its_library() {
        only("io.sluice.model.token..", "ai.djl..", "the library calls home unless it is told not to, in one place");
    }

    @Test
    void only_taste_knows_how_it_is_trained() {
        only(
                "io.sluice.taste..",
                "org.ejml..",
                "the same opinions must give the same digits, which one place can promise");
        only("io.sluice.taste..", "org.hipparchus..", "as above");
    }

    @Test
    void taste_sees_embeddings_and_nothing_else_of_a_dataset() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice.taste..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.catalogue..",
                        "io.sluice.route..",
                        "io.sluice.stage..",
                        "io.sluice.store..",
                        "io.sluice.image..",
                        "io.sluice.video..")
                .because("a head is trained on what is kept: no picture is read, and no database is asked")
                .check(classes);
    }

    @Test
    void only_video_and_image_know_native_pictures() {
        only(
                "io.sluice.video..",
                "org.bytedeco..",
                "native memory must not outlive a call, so it is kept where calls are short",
                "io.sluice.image..");
    }

    @Test
    void only_the_broker_package_knows_kafkas_server() {
        only(
                "io.sluice.broker..",
                "kafka..",
                "any Kafka cluster must do; the server is a default of the embedded run",
                "io.sluice.broker..");
        only(
                "io.sluice.broker..",
                "org.apache.kafka.server..",
                "any Kafka cluster must do; the server is a default of the embedded run",
                "io.sluice.broker..");
    }

    @Test
    void only_routes_know_traces() {
        only(
                "io.sluice.route..",
                "io.opentelemetry..",
                "a trace follows messages, and a stage knows none; the application package says where spans go",
                "io.sluice.application..");
    }

    @Test
    void only_the_keys_of_log_lines_set_them() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.sluice.route.LogKeys")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.jboss.logging.MDC")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.slf4j.MDC")
                .because("keys that are set in one place are the same everywhere, and nobody forgets to take them away")
                .check(classes);
    }

    @Test
    void only_the_catalogue_knows_the_database() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.catalogue..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.jdbi..", "java.sql..", "org.flywaydb..", "io.agroal..")
                .because("SQLite and PostgreSQL must stay exchangeable")
                .check(classes);
    }

    @Test
    void stages_do_not_know_each_other() {
        slices().matching("io.sluice.stage.(*)..")
                .should()
                .notDependOnEachOther()
                .because(
                        "a stage reads what others measured from the frame, so that it can run in a process of its own")
                .check(classes);
    }

    @Test
    void packages_depend_one_way() {
        slices().matching("io.sluice.(*)..")
                .should()
                .beFreeOfCycles()
                .because("a package that can be read without the others can be changed without them")
                .check(classes);
    }

    @Test
    void stages_know_neither_transport_nor_truth() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice.stage..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.route..",
                        "io.sluice.catalogue..",
                        "io.sluice.dataset..",
                        "io.sluice.select..",
                        "io.sluice.video..",
                        "org.apache.kafka..")
                .because("a measurement is a pure function of the stored frame")
                .check(classes);
    }

    @Test
    void assessing_knows_neither_transport_nor_truth() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice.assess..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sluice.route..",
                        "io.sluice.catalogue..",
                        "io.sluice.dataset..",
                        "io.sluice.model..",
                        "io.sluice.video..",
                        "org.apache.kafka..")
                .because(
                        "what would be kept is a pure function of recipe and measurements, so that it can be told before it is done")
                .check(classes);
    }

    @Test
    void only_the_api_knows_rest() {
        only("io.sluice.api..", "jakarta.ws.rs..", "what is done to a dataset must not depend on who asks for it");
    }

    @Test
    void what_is_done_to_a_dataset_knows_nobody_who_asks() {
        noClasses()
                .that()
                .resideInAPackage("io.sluice.curation..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sluice.command..", "io.sluice.api..", "io.vertx..", "picocli..")
                .because("commands and requests are two ways to ask for the same")
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage("io.sluice.command..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.sluice.api..")
                .because("as above")
                .check(classes);
    }

    @Test
    void settings_are_read_through_mappings() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("org.eclipse.microprofile.config.inject.ConfigProperty")
                .because("a mapping shows all settings with types and defaults in one place")
                .check(classes);
    }

    @Test
    void names_say_what_a_thing_is() {
        for (String banned :
                List.of("Manager", "Helper", "Util", "Utils", "Impl", "Base", "Handler", "Service", "Data", "Info")) {
            ArchRule rule = classes()
                    .that()
                    .areTopLevelClasses()
                    .and()
                    .doNotHaveSimpleName("TimeBase") // FFmpeg's word for ticks a second
                    .should()
                    .haveSimpleNameNotEndingWith(banned)
                    .because("'" + banned + "' says nothing that the reader of a name wants to know");
            rule.check(classes);
        }
    }
}
