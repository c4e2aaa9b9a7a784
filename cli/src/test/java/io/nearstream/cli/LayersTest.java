package io.nearstream.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;

/** The directions of the modules: who may use whom. No exceptions. */
@AnalyzeClasses(
        packages = "io.nearstream",
        importOptions = {DoNotIncludeTests.class, LayersTest.NoTestJars.class})
class LayersTest {
    /** What modules lend each other for tests alone. */
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    /** For each module's packages, the modules of ours that it may use beside itself. */
    private static final Map<String, String[]> MAY_USE =
            Map.ofEntries(
                    module("testing"),
                    module("kernels"),
                    module("schemas"),
                    module("core", "kernels"),
                    module("formats", "core"),
                    module("operators", "core"),
                    module("jobs.common", "core", "schemas", "formats"),
                    module("jobs.ingest", "core", "schemas", "formats", "jobs.common"),
                    module("jobs.query", "core", "schemas", "jobs.common"),
                    module("jobs.join", "core", "schemas", "jobs.common", "operators"),
                    module("jobs.standing", "core", "schemas", "jobs.common"),
                    module("jobs.batch", "core", "formats", "jobs.common", "operators"),
                    module("client", "core", "schemas", "jobs.common"),
                    module("embedded", "core", "schemas", "jobs", "client"),
                    module("cluster", "core", "schemas", "jobs", "client", "embedded"),
                    module("bench", "core", "schemas", "formats", "jobs", "client", "embedded"),
                    module("chaos", "core", "schemas", "jobs.common", "client"),
                    module(
                            "cli",
                            "core",
                            "schemas",
                            "formats",
                            "jobs",
                            "client",
                            "embedded",
                            "cluster",
                            "chaos",
                            "bench"));

    private static Map.Entry<String, String[]> module(String name, String... others) {
        return Map.entry(
                packages(name), Stream.of(others).map(LayersTest::packages).toArray(String[]::new));
    }

    private static String packages(String module) {
        return "io.nearstream." + module + "..";
    }

    @ArchTest
    static void modulesUseOnlyWhatIsBelowThem(JavaClasses ours) {
        MAY_USE.forEach(
                (module, others) -> {
                    String[] allowed = Arrays.copyOf(others, others.length + 1);
                    allowed[others.length] = module;
                    classes()
                            .that()
                            .resideInAPackage(module)
                            .should()
                            .onlyDependOnClassesThat(
                                    resideOutsideOfPackage("io.nearstream..")
                                            .or(resideInAnyPackage(allowed)))
                            .allowEmptyShould(true)
                            .check(ours);
                });
    }

    @ArchTest
    static final ArchRule EVERY_PACKAGE_BELONGS_TO_A_MODULE =
            classes().should().resideInAnyPackage(MAY_USE.keySet().toArray(String[]::new));

    @ArchTest
    static final ArchRule CORE_IS_PLAIN_JAVA =
            classes()
                    .that()
                    .resideInAnyPackage("io.nearstream.core..", "io.nearstream.kernels..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "javax.annotation..",
                            "jdk.incubator.vector..",
                            "com.github.luben.zstd..",
                            "com.dynatrace.hash4j..",
                            "io.nearstream.core..",
                            "io.nearstream.kernels..");

    @ArchTest
    static final ArchRule OPERATORS_KNOW_FLINK_ALONE =
            noClasses()
                    .that()
                    .resideInAPackage("io.nearstream.operators..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..");

    /** Avro is a format of files; what else Apache has is a platform. */
    @ArchTest
    static final ArchRule FORMATS_KNOW_NO_PLATFORM =
            noClasses()
                    .that()
                    .resideInAPackage("io.nearstream.formats..")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("org.apache..")
                                    .and(resideOutsideOfPackage("org.apache.avro..")));

    /**
     * Live reads go through Flink's client, behind an interface of ours; a job is named by its id.
     */
    @ArchTest
    static final ArchRule THE_CLIENT_KNOWS_FLINK_ONLY_BEHIND_STATE_CALLS =
            noClasses()
                    .that()
                    .resideInAPackage("io.nearstream.client..")
                    .and()
                    .haveSimpleNameNotStartingWith("FlinkState")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("org.apache.flink..")
                                    .and(not(equivalentTo(JobID.class))));
}
