package dev.entrepot.edge;

import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;

/**
 * The drawing of the house, as code: which room may import which. Arrows go down; the only arrow
 * along a floor is the one to {@code access}.
 *
 * <pre>
 *  floor   room            may import
 *    4     edge        --&gt; every room      (imported by none)
 *    3     http        --&gt; access   catalogue   blob
 *    2     catalogue   --&gt; access               origin   store   cluster
 *          blob        --&gt; access               origin   store
 *          access      --&gt;                                       policy
 *          peer        --&gt;                      origin           cluster
 *          upstream    --&gt;                      origin
 *          ops
 *    1     origin   store   policy   cluster
 *    0     common      (open to all, knows nobody)
 * </pre>
 *
 * A room that does not exist yet breaks no rule; a package that is no room of the drawing does.
 */
@AnalyzeClasses(packages = "dev.entrepot.edge", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule arrows_go_down =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("edge")
          .definedBy("dev.entrepot.edge")
          .layer("http")
          .definedBy("dev.entrepot.edge.http..")
          .layer("catalogue")
          .definedBy("dev.entrepot.edge.catalogue..")
          .layer("blob")
          .definedBy("dev.entrepot.edge.blob..")
          .layer("access")
          .definedBy("dev.entrepot.edge.access..")
          .layer("peer")
          .definedBy("dev.entrepot.edge.peer..")
          .layer("upstream")
          .definedBy("dev.entrepot.edge.upstream..")
          .layer("ops")
          .definedBy("dev.entrepot.edge.ops..")
          .layer("origin")
          .definedBy("dev.entrepot.edge.origin..")
          .layer("store")
          .definedBy("dev.entrepot.edge.store..")
          .layer("policy")
          .definedBy("dev.entrepot.edge.policy..")
          .layer("cluster")
          .definedBy("dev.entrepot.edge.cluster..")
          .whereLayer("edge")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("http")
          .mayOnlyAccessLayers("access", "catalogue", "blob")
          .whereLayer("catalogue")
          .mayOnlyAccessLayers("access", "origin", "store", "cluster")
          .whereLayer("blob")
          .mayOnlyAccessLayers("access", "origin", "store")
          .whereLayer("access")
          .mayOnlyAccessLayers("policy")
          .whereLayer("peer")
          .mayOnlyAccessLayers("origin", "cluster")
          .whereLayer("upstream")
          .mayOnlyAccessLayers("origin")
          .whereLayer("ops")
          .mayNotAccessAnyLayer()
          .whereLayer("origin")
          .mayNotAccessAnyLayer()
          .whereLayer("store")
          .mayNotAccessAnyLayer()
          .whereLayer("policy")
          .mayNotAccessAnyLayer()
          .whereLayer("cluster")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule every_package_is_a_room_of_the_drawing =
      classes()
          .should()
          .resideInAnyPackage(
              "dev.entrepot.edge",
              "dev.entrepot.edge.http..",
              "dev.entrepot.edge.catalogue..",
              "dev.entrepot.edge.blob..",
              "dev.entrepot.edge.access..",
              "dev.entrepot.edge.peer..",
              "dev.entrepot.edge.upstream..",
              "dev.entrepot.edge.ops..",
              "dev.entrepot.edge.origin..",
              "dev.entrepot.edge.store..",
              "dev.entrepot.edge.policy..",
              "dev.entrepot.edge.cluster..")
          .because("a new room gets its arrows in the drawing first");

  @ArchTest
  static final ArchRule rooms_never_form_a_circle =
      slices().matching("dev.entrepot.edge.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule only_the_assembly_knows_where_bytes_really_come_from =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.entrepot.edge", "..edge.peer..", "..edge.upstream..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..edge.peer..", "..edge.upstream..")
          .because(
              "the caches speak to the ports of origin; the assembly decides who stands behind");

  @ArchTest
  static final ArchRule only_the_store_knows_rocksdb =
      noClasses()
          .that()
          .resideOutsideOfPackage("..edge.store..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.rocksdb..");

  @ArchTest
  static final ArchRule only_the_cluster_knows_hazelcast =
      noClasses()
          .that()
          .resideOutsideOfPackage("..edge.cluster..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.hazelcast..")
          .because("what a neighbour says is a hint; one room treats it as one");

  @ArchTest
  static final ArchRule only_the_doors_answer_requests =
      noClasses()
          .that()
          .resideOutsideOfPackages("..edge.http..", "..edge.ops..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.vertx.core.http.HttpServerResponse")
          .because("failures become answers in one place");

  @ArchTest
  static final ArchRule the_edge_knows_no_other_program =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.entrepot.control..", "dev.entrepot.loadtest..", "dev.entrepot.cli..");

  @ArchTest
  static final ArchRule every_package_is_null_marked = classes().should(be(inANullMarkedPackage()));

  @ArchTest
  static final ArchRule nothing_static_changes =
      fields()
          .that()
          .areStatic()
          .should()
          .beFinal()
          .allowEmptyShould(true)
          .because("state belongs to an object that the assembly made");

  private static DescribedPredicate<JavaClass> inANullMarkedPackage() {
    return DescribedPredicate.describe(
        "in a null-marked package", type -> type.getPackage().isAnnotatedWith(NullMarked.class));
  }
}
