package dev.samdan.source;

import dev.samdan.audit.Audit;
import dev.samdan.audit.Deed;
import dev.samdan.identity.Access;
import dev.samdan.identity.Principal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.eclipse.jgit.errors.UnpackException;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.UnpackErrorHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One push: its objects wait in quarantine while it is held against the branch strategy. */
final class Receiving {
  private static final Logger LOG = LoggerFactory.getLogger(Receiving.class);

  /** A delta is resolved in memory: what it changes, the change and the result. */
  private static final long LARGEST_OBJECT = Runtime.getRuntime().maxMemory() / 5;

  private final Source source;
  private final GitRoutes.Pushes pushes;
  private final String repository;
  private final Access access;
  private final Principal by;
  private final Audit audit;
  private final String address;

  Receiving(
      Source source,
      GitRoutes.Pushes pushes,
      Audit audit,
      String repository,
      Access access,
      String address) {
    this.source = source;
    this.pushes = pushes;
    this.audit = audit;
    this.repository = repository;
    this.access = access;
    this.by = access.principal();
    this.address = address;
  }

  /** What the client may push to. */
  ReceivePack advertising() {
    return pack(source.open(repository));
  }

  void run(InputStream in, OutputStream out) throws IOException {
    try (Quarantine quarantine = new Quarantine(source.open(repository))) {
      ReceivePack pack = pack(quarantine.repository());
      bound(pack);
      pack.setPreReceiveHook((receive, commands) -> decide(quarantine, receive, commands));
      pack.setPostReceiveHook((receive, commands) -> tell(receive, commands));
      pack.receive(in, out, null);
    } catch (UnpackException e) {
      LOG.info("a push to {} was not received: {}", repository, String.valueOf(e.getCause()));
      // It is told in the answer, which git reads after it has sent all.
      in.transferTo(OutputStream.nullOutputStream());
    }
    source.tidy(repository);
  }

  private ReceivePack pack(Repository git) {
    ReceivePack pack = new ReceivePack(git);
    pack.setBiDirectionalPipe(false);
    pack.setRefFilter(RefChange::shown);
    pack.setAllowPushOptions(true);
    pack.setRefLogIdent(new PersonIdent(by.displayName(), by.user() + "@samdan"));
    return pack;
  }

  /** What the strategy allows is received, whatever the memory; the rest it refuses by name. */
  private void bound(ReceivePack pack) {
    long limit = Math.max(LARGEST_OBJECT, pushes.strategy(repository).policy().largestFile());
    UnpackErrorHandler usual = pack.getUnpackErrorHandler();
    pack.setMaxObjectSizeLimit(limit);
    pack.setUnpackErrorHandler(problem -> {
      if (problem instanceof TooLargeObjectInPackException) {
        new RefusalMessages(by.language()).tooLarge(limit).forEach(pack::sendMessage);
      }
      usual.handleUnpackException(problem);
    });
  }

  private void decide(
      Quarantine quarantine, ReceivePack receive, Collection<ReceiveCommand> commands) {
    RefusalMessages messages = new RefusalMessages(by.language());
    try {
      Strategy strategy = pushes.strategy(repository);
      PushRights rights = new PushRights(access, pushes.applications(repository), strategy);
      Map<ReceiveCommand, Refusal> refused = rights.check(receive.getRepository(), commands);
      if (refused.isEmpty()) {
        refused =
            new PushCheck(receive.getRepository(), strategy.with(rights.policy())).check(commands);
      }
      // Before any ref moves: what a dead control did is recorded too.
      record(commands, refused, messages);
      refused.forEach((command, refusal) -> {
        messages.of(refusal).forEach(receive::sendMessage);
        command.setResult(ReceiveCommand.Result.REJECTED_OTHER_REASON, messages.brief(refusal));
      });
      if (refused.isEmpty()) {
        quarantine.accept();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void record(
      Collection<ReceiveCommand> commands,
      Map<ReceiveCommand, Refusal> refused,
      RefusalMessages messages) {
    StringJoiner refs = new StringJoiner(", ");
    for (ReceiveCommand command : commands) {
      Refusal refusal = refused.get(command);
      refs.add(
          command.getRefName()
              + " "
              + command.getOldId().abbreviate(8).name()
              + ".."
              + command.getNewId().abbreviate(8).name()
              + (refusal == null ? "" : " (" + messages.brief(refusal) + ")"));
    }
    audit.record(
        GitRoutes.deed(pushes, repository, access, address, "Push", refs.toString()),
        refused.isEmpty() ? Deed.Outcome.DONE : Deed.Outcome.REFUSED);
  }

  private void tell(ReceivePack receive, Collection<ReceiveCommand> commands) {
    List<String> moved = commands.stream().map(ReceiveCommand::getRefName).toList();
    if (!moved.isEmpty()) {
      // Whoever is told looks at the repository, whose refs moved behind its back.
      source.open(repository).getRefDatabase().refresh();
      List<String> options = receive.getPushOptions();
      pushes
          .received(repository, by, moved, options == null ? List.of() : options)
          .forEach(receive::sendMessage);
    }
  }
}
