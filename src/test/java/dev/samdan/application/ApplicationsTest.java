package dev.samdan.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApplicationsTest {
  private static final String COMMIT = "a".repeat(40);
  private static final String FILE =
      "application: sample\ntiers: {web: , api: {tests: t.yml}, data: }\n";

  private final Database database = TestDatabase.fresh();
  private final Applications applications = new Applications(database);

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void an_application_is_created_once_and_forgotten() {
    assertThat(applications.create("sample", "Staff").title()).isEqualTo("Staff");
    assertThatThrownBy(() -> applications.create("sample", null)).hasMessageContaining("already");
    assertThatThrownBy(() -> applications.create("No Name", null))
        .hasMessageContaining("'No Name' is not");
    assertThat(applications.list()).extracting(Application::name).containsExactly("sample");
    applications.delete("sample");
    assertThatThrownBy(() -> applications.show("sample"))
        .hasMessageContaining("there is no application 'sample'");
  }

  @Test
  void a_declaration_gives_its_branchs_environments_ports_that_stay() {
    applications.create("sample", null);
    applications.saveDeclaration("sample", "dev", COMMIT, FILE);
    List<Environment> first = applications.environments("sample");
    assertThat(first).extracting(Environment::name).containsExactly("dev");
    applications.saveDeclaration("sample", "main", "b".repeat(40), FILE);
    applications.saveDeclaration("sample", "dev", "c".repeat(40), FILE);
    List<Environment> then = applications.environments("sample");
    assertThat(then).extracting(Environment::name).containsExactly("dev", "prod");
    assertThat(then).extracting(Environment::host).containsExactly("sample-dev", "sample");
    assertThat(then.getFirst().urlPort()).isEqualTo(first.getFirst().urlPort());
    assertThat(then.getFirst().commit()).startsWith("c");
    Set<Integer> ports = new HashSet<>();
    then.forEach(e -> ports.addAll(List.of(e.urlPort(), e.testUrlPort())));
    assertThat(ports).hasSize(4).allMatch(p -> p >= 20_000 && p < 30_000);
  }

  @Test
  void ports_change_only_when_asked() {
    applications.create("sample", null);
    applications.saveDeclaration("sample", "dev", COMMIT, FILE);
    Environment before = applications.environments("sample").getFirst();
    Environment after = applications.choosePortsAgain("sample", "dev");
    assertThat(Set.of(after.urlPort(), after.testUrlPort()))
        .doesNotContain(before.urlPort(), before.testUrlPort());
  }

  @Test
  void a_declaration_is_found_by_its_commit_and_its_environment() {
    applications.create("sample", null);
    ApplicationDeclaration saved = applications.saveDeclaration("sample", "dev", COMMIT, FILE);
    assertThat(applications.declarationAt("sample", COMMIT)).contains(saved);
    assertThat(applications.declaration("sample", "dev")).contains(saved);
    assertThat(applications.declaration("sample", "prod")).isEmpty();
    assertThat(applications.declarationAt("sample", "d".repeat(40))).isEmpty();
  }

  @Test
  void a_file_with_errors_is_not_saved() {
    applications.create("sample", null);
    assertThatThrownBy(
            () -> applications.saveDeclaration("sample", "dev", COMMIT, FILE + "tires: {}\n"))
        .isInstanceOf(PlatformException.class)
        .hasMessage("samdan.yml:3:1: tires: unknown key; did you mean 'tiers'?");
    assertThat(applications.declarationAt("sample", COMMIT)).isEmpty();
  }

  @Test
  void a_project_is_known_by_its_name() {
    applications.create("sample", null);
    applications.saveDeclaration("sample", "dev", COMMIT, FILE);
    assertThat(applications.project("sample-dev-api"))
        .isEqualTo(new Project("sample-dev-api", "sample", "dev", Tier.API, Project.Kind.BUILD));
    assertThat(applications.project("sample-dev-api-test").kind()).isEqualTo(Project.Kind.TEST);
    assertThat(applications.project("sample-dev-web").tier()).isEqualTo(Tier.WEB);
    assertThat(applications.project("sample-base"))
        .isEqualTo(new Project("sample-base", "sample", null, Tier.API, Project.Kind.BASE));
    for (String unknown : List.of("sample-prod-api", "sample-dev-data", "other-base", "x", "")) {
      assertThatThrownBy(() -> applications.project(unknown))
          .hasMessageContaining("there is no project");
    }
  }

  @Test
  void a_pipeline_reaches_nothing_but_its_own_environment() {
    applications.create("sample", null);
    applications.saveDeclaration("sample", "dev", COMMIT, FILE);
    Optional<String> dev = Optional.of("dev");
    assertThat(applications.project("sample-dev-api", "sample", dev).environment())
        .isEqualTo("dev");
    assertThat(applications.project("sample-base", "sample", Optional.empty()).kind())
        .isEqualTo(Project.Kind.BASE);
    for (Optional<String> elsewhere : List.of(Optional.of("prod"), Optional.<String>empty())) {
      assertThatThrownBy(() -> applications.project("sample-dev-api", "sample", elsewhere))
          .hasMessageContaining("'sample-dev-api' is not for this pipeline");
    }
    assertThatThrownBy(() -> applications.project("sample-dev-api", "other", dev))
        .hasMessageContaining("its names begin with other-dev-");
  }

  @Test
  void two_environments_never_share_an_address() {
    applications.create("sample", null);
    applications.saveDeclaration("sample", "dev", COMMIT, FILE);
    assertThatThrownBy(() -> applications.create("sample-dev", null))
        .hasMessage(
            "the address sample-dev.localhost is the one of sample dev; choose another"
                + " application's name");
    applications.create("sample-qa", null);
    assertThatThrownBy(() ->
            applications.saveDeclaration(
                "sample", "qa", COMMIT, FILE + "environments: {dev: , qa: }\n"))
        .hasMessageContaining(
            "the address sample-qa.localhost is the one of application sample-qa");
  }

  @Test
  void a_domain_belongs_to_one_environment() {
    applications.create("sample", null);
    applications.create("other", null);
    String domains = "environments: {dev: {domains: [staff.example.com]}}\n";
    applications.saveDeclaration("sample", "dev", COMMIT, FILE + domains);
    assertThat(applications.environments("sample").getFirst().domains())
        .containsExactly("staff.example.com");
    assertThatThrownBy(() ->
            applications.saveDeclaration(
                "other", "dev", COMMIT, FILE.replace("sample", "other") + domains))
        .hasMessageContaining("staff.example.com is served for another environment already");
  }

  @Test
  void a_wildcard_takes_no_name_of_another_application() {
    applications.create("sample", null);
    applications.create("other", null);
    saveDomains("sample", "dev", "[staff.example.net, '*.eu.example.com', '*.example.com']");
    for (String domain :
        List.of("*.example.net", "*.example.com", "*.us.example.com", "shop.example.com")) {
      assertThatThrownBy(() -> saveDomains("other", "dev", "['" + domain + "']"))
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("environments.dev.domains: " + domain)
          .hasMessageContaining("is served for");
    }
    assertThatThrownBy(() -> saveDomains("other", "dev", "['*.staff.eu.example.com']"))
        .hasMessageContaining("*.staff.eu.example.com shares names with")
        .hasMessageContaining("which is served for sample dev");
    saveDomains("other", "dev", "[example.com, shop.example.org, '*.myexample.com']");
    saveDomains("sample", "prod", "[shop.example.com]");
  }

  private void saveDomains(String application, String environment, String domains) {
    applications.saveDeclaration(
        application,
        "x",
        COMMIT,
        FILE.replace("sample", application)
            + "environments: {"
            + environment
            + ": {branch: x, domains: "
            + domains
            + "}}\n");
  }

  @Test
  void a_repository_belongs_to_one_application() {
    for (String name : List.of("sample", "other", "third")) {
      applications.create(name, null);
    }
    saveWebIn("sample", "shared-web");
    saveWebIn("sample", "sample");
    assertThatThrownBy(() -> saveWebIn("other", "shared-web"))
        .isInstanceOf(PlatformException.class)
        .hasMessage(
            "samdan.yml: tiers.web.repository: shared-web is a repository of the application"
                + " sample; name one of your own");
    assertThatThrownBy(() -> saveWebIn("other", "third"))
        .hasMessageContaining("third is a repository of the application third");
    assertThatThrownBy(() -> applications.create("shared-web", null))
        .hasMessageContaining("the repository shared-web holds a tier of sample");
    assertThat(applications.withTierIn("shared-web")).containsExactly("sample");
    assertThat(applications.withTierIn("third")).isEmpty();
  }

  private void saveWebIn(String application, String repository) {
    applications.saveDeclaration(
        application,
        "dev",
        COMMIT,
        "application: " + application + "\ntiers: {web: {repository: " + repository + "}}\n");
  }
}
