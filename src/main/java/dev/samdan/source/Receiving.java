package dev.samdan.source;

import dev.samdan.identity.Access;
import dev.samdan.identity.Principal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceivePack;

/** One push: its objects wait in quarantine while it is held against the branch strategy. */
final class Receiving {
  private final Source source;
  private final GitRoutes.Pushes pushes;
  private final String repository;
  private final Access access;
  private final Principal by;

  Receiving(Source source, GitRoutes.Pushes pushes, String repository, Access access) {
    this.source = source;
    this.pushes = pushes;
    this.repository = repository;
    this.access = access;
    this.by = access.principal();
  }

  /** What the client may push to. */
  ReceivePack advertising() {
    return pack(source.open(repository));
  }

  void run(InputStream in, OutputStream out) throws IOException {
    try (Quarantine quarantine = new Quarantine(source.open(repository))) {
      ReceivePack pack = pack(quarantine.repository());
      pack.setPreReceiveHook((receive, commands) -> decide(quarantine, receive, commands));
      pack.setPostReceiveHook((receive, commands) -> tell(receive, commands));
      pack.receive(in, out, null);
    }
    source.tidy(repository);
  }

  private ReceivePack pack(Repository git) {
    ReceivePack pack = new ReceivePack(git);
    pack.setBiDirectionalPipe(false);
    pack.setAllowPushOptions(true);
    pack.setRefLogIdent(new PersonIdent(by.displayName(), by.user() + "@samdan"));
    return pack;
  }

  private void decide(
      Quarantine quarantine, ReceivePack receive, Collection<ReceiveCommand> commands) {
    RefusalMessages messages = new RefusalMessages(by.language());
    try {
      Strategy strategy = pushes.strategy(repository);
      PushCheck check =
          new PushCheck(receive.getRepository(), strategy.policy(), strategy.delivered());
      Map<ReceiveCommand, Refusal> refused = check.check(commands);
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

  private void tell(ReceivePack receive, Collection<ReceiveCommand> commands) {
    List<String> moved = commands.stream().map(ReceiveCommand::getRefName).toList();
    if (!moved.isEmpty()) {
      // Whoever is told looks at the repository, whose refs moved behind its back.
      source.open(repository).getRefDatabase().refresh();
      pushes.received(repository, by, moved).forEach(receive::sendMessage);
    }
  }
}
