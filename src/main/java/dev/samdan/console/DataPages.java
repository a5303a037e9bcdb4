package dev.samdan.console;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.DataTier;
import dev.samdan.application.Environment;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Snapshot;
import dev.samdan.database.TierDatabases;
import dev.samdan.deploy.Deployment;
import dev.samdan.deploy.LifecycleEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the page of an application's databases. */
final class DataPages {
  private static final int DEPLOYMENTS = 20;

  private final ConsoleRooms rooms;
  private final Words words;

  DataPages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  Asked.Shown shown(Asked asked) {
    String application = asked.application();
    rooms.applications().show(application);
    List<DataPage.Tier> tiers = new ArrayList<>();
    for (Environment environment : ApplicationLife.environments(rooms, application)) {
      Optional<ApplicationDeclaration> declared =
          rooms.applications().declaration(application, environment.name());
      declared
          .map(ApplicationDeclaration::data)
          .ifPresent(data -> tiers.add(tier(environment, data)));
    }
    long made = tiers.stream().filter(t -> !t.database().isEmpty()).count();
    String headline = made == 0 ? words.say("data.none") : words.count("data.headline", made);
    DataPage page = new DataPage(headline, application, tiers);
    return new Asked.Shown("data", asked.around().tab("data", headline, application), page);
  }

  private DataPage.Tier tier(Environment environment, DataTier data) {
    String application = environment.application();
    String migrate = String.join(" ", data.migrate());
    try {
      TierDatabases.Facts facts = rooms.databases().facts(application, environment.name());
      return new DataPage.Tier(
          environment.name(),
          facts.database(),
          State.healthy(words),
          OverviewPages.facts(words, facts),
          migrate,
          migrated(environment),
          rooms.databases().snapshots(application, environment.name()).stream()
              .map(this::snapshot)
              .toList());
    } catch (PlatformException e) {
      State state =
          e.code() == PlatformException.Code.NOT_FOUND ? State.nothing(words) : State.down(words);
      return new DataPage.Tier(environment.name(), "", state, List.of(), migrate, "", List.of());
    }
  }

  private DataPage.Snapshot snapshot(Snapshot s) {
    return new DataPage.Snapshot(
        s.id(),
        When.at(words, s.takenAt()),
        s.takenBy(),
        words.say("snapshot." + s.reason()),
        words.bytes(s.sizeBytes()));
  }

  /** When a deployment last migrated this database. */
  private String migrated(Environment environment) {
    for (Deployment each :
        rooms.deployments().list(environment.application(), environment.name(), DEPLOYMENTS)) {
      if (!each.tier().equals("api")) {
        continue;
      }
      Optional<LifecycleEvent> event =
          rooms.deployments().show(each.id()).stream()
              .flatMap(d -> d.events().stream())
              .filter(e -> e.name().equals("BeforeInstall"))
              .filter(e -> e.status() == LifecycleEvent.Status.Succeeded)
              .findFirst();
      if (event.isPresent() && event.get().at() != null) {
        return words.say("data.migrated", each.id(), words.at(event.get().at()));
      }
    }
    return "";
  }
}
