package dev.samdan.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.application.Applications;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.deploy.DeploymentSettings;
import dev.samdan.deploy.Deployments;
import dev.samdan.edge.Edge;
import dev.samdan.engine.Engine;
import dev.samdan.identity.Identity;
import dev.samdan.isolation.Isolation;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.registry.Registry;
import dev.samdan.rooms.Rooms;
import dev.samdan.runtime.RuntimeChoice;
import dev.samdan.runtime.Tasks;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose a thing is, by its name. */
class SubjectsTest {
  @TempDir private Path home;
  private final Database database = TestDatabase.fresh();
  private final Applications applications = new Applications(database);
  private Pipelines pipelines;
  private Registry registry;
  private Rooms rooms;
  private Subjects subjects;

  @BeforeEach
  void open() {
    pipelines = new Pipelines(database, home);
    registry = new Registry(home, database);
    Identity identity = new Identity(database, InstantSource.system());
    rooms = new Rooms(database, identity, applications, pipelines, "http://localhost:7070");
    Tasks tasks =
        new Tasks(
            database,
            registry,
            new Isolation(database, home),
            Engine.of(home, Map.of()),
            (application, environment, reference) -> Optional.empty(),
            RuntimeChoice.PROCESS);
    DeploymentSettings settings =
        new DeploymentSettings(home, 1, "127.0.0.1", 1, DeploymentSettings.HEALTH_DEADLINE, 3);
    Deployments deployments =
        new Deployments(database, applications, registry, tasks, new Edge(home), settings);
    subjects = new Subjects(applications, pipelines, deployments, tasks, rooms);
  }

  @AfterEach
  void close() {
    rooms.close();
    registry.close();
    pipelines.close();
    database.close();
  }

  private void declare(String application, String environments) {
    String text =
        "application: %s\ntiers: {web: }\nenvironments: {%s}\n"
            .formatted(application, environments);
    for (String branch : new String[] {"dev", "main"}) {
      applications.saveDeclaration(application, branch, "a".repeat(40), text);
    }
  }

  @Test
  void a_group_is_of_the_environment_whose_whole_name_it_begins_with() {
    applications.create("shop", null);
    declare("shop", "kr: {branch: dev}, kr-prod: {branch: main}");

    assertThat(subjects.group("shop-kr-web").places())
        .containsExactly(new Subject.Place("shop", "kr", false));
    assertThat(subjects.group("shop-kr-prod-web").places())
        .containsExactly(new Subject.Place("shop", "kr-prod", false));
    assertThat(subjects.group("shop-us-web")).isEqualTo(Subject.HOUSE);
  }

  @Test
  void a_group_is_of_the_application_whose_whole_name_it_begins_with() {
    applications.create("shop-prod", null);
    declare("shop-prod", "eu: {branch: main}");
    applications.create("shop", null);
    declare("shop", "prod: {branch: main}");

    assertThat(subjects.group("shop-prod-web").places())
        .containsExactly(new Subject.Place("shop", "prod", true));
    assertThat(subjects.group("shop-prod-eu-web").places())
        .containsExactly(new Subject.Place("shop-prod", "eu", false));
  }

  @Test
  void a_room_is_of_what_speaks_in_it_and_before_that_of_the_application_of_its_name() {
    applications.create("shop", null);
    assertThat(subjects.room("shop").places())
        .containsExactly(new Subject.Place("shop", null, false));
    assertThat(subjects.room("nobody's")).isEqualTo(Subject.HOUSE);

    declare("shop", "dev: {branch: dev, room: ours}, prod: {branch: main, room: ours}");
    assertThat(subjects.room("ours").places())
        .containsExactly(
            new Subject.Place("shop", "dev", false), new Subject.Place("shop", "prod", true));
  }

  @Test
  void a_repository_is_of_the_application_of_its_name_or_with_a_tier_in_it() {
    applications.create("shop", null);
    applications.create("kiosk", null);
    applications.saveDeclaration(
        "kiosk",
        "dev",
        "a".repeat(40),
        "application: kiosk\ntiers: {web: {repository: front}}\nenvironments: {dev: {branch: dev}}\n");

    assertThat(subjects.repository("shop").places())
        .containsExactly(new Subject.Place("shop", null, false));
    assertThat(subjects.repository("front").places())
        .containsExactly(new Subject.Place("kiosk", null, false));
    assertThat(subjects.repository("nobody's")).isEqualTo(Subject.HOUSE);
  }
}
