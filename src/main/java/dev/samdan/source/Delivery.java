package dev.samdan.source;

import dev.samdan.application.ApiTier;
import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.ApplicationFile;
import dev.samdan.application.Applications;
import dev.samdan.application.DerivedPipelines;
import dev.samdan.application.Environment;
import dev.samdan.application.EnvironmentDeclaration;
import dev.samdan.application.Tier;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pipeline.SourceRevision;
import dev.samdan.pipeline.Trigger;
import dev.samdan.source.Deliveries.InvalidFile;
import dev.samdan.source.Deliveries.Outside;
import dev.samdan.source.RefTriggers.Outcome;
import dev.samdan.source.RefTriggers.RefTrigger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Handles one move of a branch: reads the declaration, keeps its pipelines, starts those that the
 * change concerns.
 */
final class Delivery {
  private static final int GROUP = 100;

  private final Source source;
  private final RefTriggers triggers;
  private final Applications applications;
  private final Pipelines pipelines;
  private final Outside outside;

  Delivery(
      Source source,
      RefTriggers triggers,
      Applications applications,
      Pipelines pipelines,
      Outside outside) {
    this.source = source;
    this.triggers = triggers;
    this.applications = applications;
    this.pipelines = pipelines;
    this.outside = outside;
  }

  /**
   * May be called again for a move whose handling was cut short: what it started is found by the
   * move's group.
   */
  List<Delivered> handle(RefTrigger trigger) {
    String commit = trigger.commit();
    if (commit == null) {
      triggers.handled(trigger, Outcome.DELETED);
      return List.of();
    }
    Move move =
        new Move(trigger, source.commit(trigger.repository(), commit), deliveredBefore(trigger));
    List<Delivered> all = new ArrayList<>();
    if (applications.find(trigger.repository()).isPresent()) {
      all.add(ofOwnRepository(move));
    }
    for (String application : applications.withTierIn(trigger.repository())) {
      all.add(ofTierRepository(move, application));
    }
    triggers.handled(trigger, outcome(all));
    return all;
  }

  private static Outcome outcome(List<Delivered> all) {
    if (all.stream().anyMatch(d -> !d.valid())) {
      return Outcome.INVALID;
    }
    return all.stream().anyMatch(d -> !d.started().isEmpty()) ? Outcome.STARTED : Outcome.NOTHING;
  }

  /** The commit that was delivered before, where the repository still holds it. */
  private Optional<String> deliveredBefore(RefTrigger trigger) {
    return triggers.lastDelivered(trigger).filter(c -> source.hasCommit(trigger.repository(), c));
  }

  /**
   * A move while it is handled.
   *
   * @param before the commit that was delivered before
   */
  private record Move(RefTrigger trigger, Commit commit, Optional<String> before) {
    String repository() {
      return trigger.repository();
    }

    String branch() {
      return trigger.branch();
    }
  }

  /** The repository that holds samdan.yml: the file at the commit says what follows. */
  private Delivered ofOwnRepository(Move move) {
    Optional<ApplicationDeclaration> now;
    try {
      now = keepDeclaration(move);
    } catch (PlatformException e) {
      return switch (e.code()) {
        case INVALID, CONFLICT -> invalid(move, move.repository(), e.text());
        default -> throw e;
      };
    }
    return now.map(declaration -> start(move, declaration, declarationBefore(move)))
        .orElseGet(() -> Delivered.nothing(move.repository(), move.branch(), false));
  }

  /**
   * Keeps the commit's declaration and pipelines; empty where no environment follows the branch.
   */
  private Optional<ApplicationDeclaration> keepDeclaration(Move move) {
    Declared declared = Declared.read(source, move.repository(), move.commit().id());
    if (declared.declaration().environmentsOn(move.branch()).isEmpty()) {
      return Optional.empty();
    }
    requireProductionsBranch(move, declared.declaration());
    ApplicationDeclaration now =
        applications.saveDeclaration(
            move.repository(), move.branch(), move.commit().id(), declared.text());
    keepPipelines(now, move.branch(), declared);
    return Optional.of(now);
  }

  /**
   * INVALID where the file would bring production to this branch, and neither production's branch
   * says so nor somebody who may bring commits to that.
   */
  private void requireProductionsBranch(Move move, ApplicationDeclaration declared) {
    Optional<EnvironmentDeclaration> production = productionOn(declared, move.branch());
    List<Environment> stored = applications.environments(declared.name());
    if (production.isEmpty() || stored.isEmpty()) {
      return;
    }
    List<String> branches =
        stored.stream().filter(Environment::production).map(Environment::branch).toList();
    if (branches.isEmpty()) {
      branches = List.copyOf(Strategy.of(applications, declared.name()).production());
    }
    if (!branches.contains(move.branch())
        && branches.stream().noneMatch(branch -> givesProduction(move, branch))
        && !mayMerge(move)) {
      throw PlatformException.invalid(
          "samdan.yml: environments."
              + production.get().name()
              + ".branch: production follows "
              + String.join(", ", branches)
              + ", whose samdan.yml does not name "
              + move.branch()
              + ": name it there first, or let one push it who may merge");
    }
  }

  private static Optional<EnvironmentDeclaration> productionOn(
      ApplicationDeclaration declared, String branch) {
    return declared.environmentsOn(branch).stream()
        .filter(EnvironmentDeclaration::production)
        .findFirst();
  }

  /** Whether this branch, which production follows, says that it is to follow the moved one. */
  private boolean givesProduction(Move move, String branch) {
    return Optional.ofNullable(source.tips(move.repository()).get(branch))
        .flatMap(tip -> declarationAt(move, tip))
        .filter(declared -> productionOn(declared, move.branch()).isPresent())
        .isPresent();
  }

  /** What follows another repository was moved by somebody there, whatever their name. */
  private boolean mayMerge(Move move) {
    return source.follows(move.repository()).isEmpty()
        && outside.mayMerge().test(move.trigger().movedBy(), move.repository());
  }

  /**
   * Another repository, in which a tier lives: the newest declaration of the branch's environments
   * holds.
   */
  private Delivered ofTierRepository(Move move, String application) {
    Optional<Environment> followed =
        applications.environments(application).stream()
            .filter(e -> e.branch().equals(move.branch()))
            .findFirst();
    if (followed.isEmpty()) {
      return Delivered.nothing(application, move.branch(), false);
    }
    String text = applications.declarationText(application, followed.get().commit()).orElseThrow();
    ApplicationDeclaration now;
    try {
      now = applications.saveDeclaration(application, move.branch(), move.commit().id(), text);
    } catch (PlatformException e) {
      return switch (e.code()) {
        case INVALID, CONFLICT -> invalid(move, application, e.text());
        default -> throw e;
      };
    }
    return start(move, now, now);
  }

  private @Nullable ApplicationDeclaration declarationBefore(Move move) {
    return move.before().flatMap(commit -> declarationAt(move, commit)).orElse(null);
  }

  private Optional<ApplicationDeclaration> declarationAt(Move move, String commit) {
    return source
        .readFile(move.repository(), commit, ApplicationFile.NAME)
        .map(bytes ->
            ApplicationFile.parseFor(move.repository(), new String(bytes, StandardCharsets.UTF_8)))
        .map(ApplicationFile.Parsed::declaration);
  }

  private void keepPipelines(ApplicationDeclaration now, String branch, Declared declared) {
    for (EnvironmentDeclaration environment : now.environmentsOn(branch)) {
      for (Tier tier : now.tiers()) {
        source.createRepository(now.repositoryOf(tier));
        pipelines.put(declared.pipeline(environment, tier), now.name(), environment.name());
      }
    }
    ApiTier.BaseImage base = baseOf(now);
    if (base != null) {
      String first = now.environments().getFirst().branch();
      pipelines.put(declared.basePipeline(base, first), now.name(), null);
    }
  }

  private static ApiTier.@Nullable BaseImage baseOf(ApplicationDeclaration declaration) {
    ApiTier api = declaration.api();
    return api == null ? null : api.base();
  }

  private Delivered start(
      Move move, ApplicationDeclaration now, @Nullable ApplicationDeclaration before) {
    List<String> files =
        move.before()
            .map(old -> source.changedFiles(move.repository(), old, move.commit().id()))
            .orElse(null);
    TierChanges changes = new TierChanges(now, before, move.repository(), files);
    List<String> started = new ArrayList<>();
    if (needsBase(move, now)) {
      startOne(move, now.name(), DerivedPipelines.baseName(now.name()), move.repository())
          .ifPresent(started::add);
    }
    for (EnvironmentDeclaration environment : now.environmentsOn(move.branch())) {
      Set<Tier> changed = changes.of(environment);
      for (Tier tier : List.of(Tier.API, Tier.WEB)) {
        if (changed.contains(tier)) {
          String pipeline = DerivedPipelines.name(now.name(), environment.name(), tier);
          startOne(move, now.name(), pipeline, now.repositoryOf(tier)).ifPresent(started::add);
        }
      }
    }
    return new Delivered(now.name(), move.branch(), true, started, List.of());
  }

  /** Whether no base image is there for the last commit that touched what it is made of. */
  private boolean needsBase(Move move, ApplicationDeclaration now) {
    ApiTier.BaseImage base = baseOf(now);
    if (base == null || !now.repositoryOf(Tier.API).equals(move.repository())) {
      return false;
    }
    String folder = now.sourceOf(Tier.API).filter(s -> !s.isEmpty()).map(s -> s + "/").orElse("");
    List<String> globs =
        Stream.concat(Stream.of(base.dockerfile()), base.rebuildOn().stream())
            .map(g -> folder + g)
            .toList();
    return source
        .lastCommitTouching(move.repository(), move.commit().id(), globs)
        .filter(touching -> !outside.baseExists().test(now.name(), touching))
        .isPresent();
  }

  /**
   * Starts a pipeline with the moved commit, or with the tip of the same branch where its tier
   * lives elsewhere.
   */
  private Optional<String> startOne(
      Move move, String application, String pipeline, String repository) {
    Optional<Commit> commit =
        repository.equals(move.repository())
            ? Optional.of(move.commit())
            : tip(move, application, repository);
    if (commit.isPresent() && !startedBefore(move, pipeline)) {
      pipelines.start(
          pipeline,
          trigger(move),
          revision(move, repository, commit.get()),
          move.trigger().group());
    }
    return commit.map(c -> pipeline);
  }

  private Optional<Commit> tip(Move move, String application, String repository) {
    String tip = source.tips(repository).get(move.branch());
    if (tip == null) {
      return Optional.empty();
    }
    String text = applications.declarationText(application, move.commit().id()).orElseThrow();
    applications.saveDeclaration(application, move.branch(), tip, text);
    return Optional.of(source.commit(repository, tip));
  }

  /** True where this move's handling was cut short after it had started the pipeline. */
  private boolean startedBefore(Move move, String pipeline) {
    return pipelines
        .executions(ExecutionFilter.ofGroup(move.trigger().group()), null, GROUP)
        .executions()
        .stream()
        .anyMatch(e -> e.pipeline().equals(pipeline));
  }

  private static Trigger trigger(Move move) {
    return Trigger.push(move.trigger().movedBy(), "refs/heads/" + move.branch());
  }

  private static SourceRevision revision(Move move, String repository, Commit commit) {
    return new SourceRevision(
        repository,
        move.branch(),
        commit.id(),
        commit.message(),
        commit.author(),
        commit.authorEmail(),
        commit.at());
  }

  /**
   * The last valid pipelines of the branch get an execution that fails in Source; without one, the
   * room is told.
   */
  private Delivered invalid(Move move, String application, String errors) {
    List<Environment> followed =
        applications.environments(application).stream()
            .filter(e -> e.branch().equals(move.branch()))
            .toList();
    List<String> started = new ArrayList<>();
    for (Environment environment : followed) {
      // One that was kept long ago may break a rule of today: then there is none.
      List<Tier> tiers =
          applications
              .declaration(application, environment.name())
              .map(ApplicationDeclaration::tiers)
              .orElse(List.of());
      for (Tier tier : tiers) {
        String pipeline = DerivedPipelines.name(application, environment.name(), tier);
        if (pipelines.exists(pipeline) && !startedBefore(move, pipeline)) {
          pipelines.startFailed(
              pipeline,
              trigger(move),
              revision(move, move.repository(), move.commit()),
              move.trigger().group(),
              errors);
        }
        started.add(pipeline);
      }
    }
    boolean expected = List.of("dev", "main", "master").contains(move.branch());
    if (followed.isEmpty() && !expected) {
      return Delivered.nothing(application, move.branch(), false);
    }
    if (started.isEmpty()) {
      outside
          .invalidFile()
          .accept(
              new InvalidFile(
                  application, move.branch(), move.commit(), move.trigger().movedBy(), errors));
    }
    return new Delivered(application, move.branch(), true, started, errors.lines().toList());
  }
}
