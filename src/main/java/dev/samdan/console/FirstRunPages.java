package dev.samdan.console;

/** Makes the page before anything is live. */
final class FirstRunPages {
  private final ConsoleRooms rooms;
  private final Words words;

  FirstRunPages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  /** The first page of all, or the one of another application, named by a stand-in. */
  Asked.Shown shown(Asked asked, String standIn) {
    boolean first = standIn.isEmpty();
    String headline = words.say(first ? "first.headline" : "first.another");
    String rest = words.say(first ? "first.rest" : "first.another.rest");
    FirstRunPage page = page(headline, rest, first ? "sample" : standIn, true);
    Shell shell =
        asked.around().page("home", headline + " " + rest, first ? "home" : "applications");
    return new Asked.Shown("firstrun", shell, page);
  }

  /** An application that nothing was pushed to yet. */
  Asked.Shown empty(Asked asked, String application) {
    String headline = words.say("first.headline");
    FirstRunPage page = page(headline, words.say("first.rest"), application, false);
    Shell shell = asked.around().tab("overview", headline + " " + page.rest(), application);
    return new Asked.Shown("firstrun", shell, page);
  }

  private FirstRunPage page(String headline, String rest, String name, boolean create) {
    String address = rooms.url().replaceFirst("^https?://", "");
    return new FirstRunPage(
        headline,
        rest,
        name,
        create,
        rooms.url() + "/git/" + name + ".git",
        address + "/git",
        name + ".localhost:" + rooms.edgePort());
  }
}
