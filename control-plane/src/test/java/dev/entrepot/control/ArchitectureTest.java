package dev.entrepot.control;

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
 * The drawing of the house, as code: which room may import which. Arrows go down.
 *
 * <pre>
 *  floor   room       may import
 *    3     control    --&gt; every room   (imported by none)
 *    2     fleet      --&gt; policy
 *    1     keys       --&gt; store
 *          ca         --&gt; store
 *          policy     --&gt; store
 *          tokens
 *    0     store      common (open to all, knows nobody)
 * </pre>
 *
 * A room that does not exist yet breaks no rule; a package that is no room of the drawing does.
 */
@AnalyzeClasses(packages = "dev.entrepot.control", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule arrows_go_down =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("control")
          .definedBy("dev.entrepot.control")
          .layer("fleet")
          .definedBy("dev.entrepot.control.fleet..")
          .layer("keys")
          .definedBy("dev.entrepot.control.keys..")
          .layer("ca")
          .definedBy("dev.entrepot.control.ca..")
          .layer("policy")
          .definedBy("dev.entrepot.control.policy..")
          .layer("tokens")
          .definedBy("dev.entrepot.control.tokens..")
          .layer("store")
          .definedBy("dev.entrepot.control.store..")
          .whereLayer("control")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("fleet")
          .mayOnlyAccessLayers("policy")
          .whereLayer("keys")
          .mayOnlyAccessLayers("store")
          .whereLayer("ca")
          .mayOnlyAccessLayers("store")
          .whereLayer("policy")
          .mayOnlyAccessLayers("store")
          .whereLayer("tokens")
          .mayNotAccessAnyLayer()
          .whereLayer("store")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule every_package_is_a_room_of_the_drawing =
      classes()
          .should()
          .resideInAnyPackage(
              "dev.entrepot.control",
              "dev.entrepot.control.fleet..",
              "dev.entrepot.control.keys..",
              "dev.entrepot.control.ca..",
              "dev.entrepot.control.policy..",
              "dev.entrepot.control.tokens..",
              "dev.entrepot.control.store..")
          .because("a new room gets its arrows in the drawing first");

  @ArchTest
  static final ArchRule rooms_never_form_a_circle =
      slices().matching("dev.entrepot.control.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule only_the_store_knows_rocksdb =
      noClasses()
          .that()
          .resideOutsideOfPackage("..control.store..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.rocksdb..");

  @ArchTest
  static final ArchRule only_the_authority_knows_bouncy_castle =
      noClasses()
          .that()
          .resideOutsideOfPackage("..control.ca..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bouncycastle..");

  @ArchTest
  static final ArchRule who_decides_knows_no_http =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..control.ca..", "..control.keys..", "..control.policy..", "..store..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..", "io.netty..", "java.net.http..");

  @ArchTest
  static final ArchRule only_the_doors_answer_requests =
      noClasses()
          .that()
          .resideOutsideOfPackage("..control.fleet..")
          .and()
          .haveSimpleNameNotStartingWith("TokenDoor")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.vertx.core.http.HttpServerResponse")
          .because("failures become answers in one place");

  @ArchTest
  static final ArchRule the_control_plane_knows_no_other_program =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.entrepot.edge..", "dev.entrepot.loadtest..", "dev.entrepot.cli..");

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
