package dev.samdan.console;

import java.util.List;

/**
 * Repositories elsewhere that applications follow.
 *
 * @param places the pages of the settings
 * @param applications those that the reader may connect
 * @param why why the reader may connect none; empty where they may
 * @param webhook what to enter at GitHub after connecting, shown once: the address and the secret
 * @param wrong whether connecting was just refused
 */
public record RemotesPage(
    String headline,
    String rest,
    List<Filter> places,
    List<Connection> connections,
    List<String> applications,
    String why,
    List<String> webhook,
    boolean wrong) {
  /**
   * One that is followed.
   *
   * @param problems why it does not answer, or why GitHub cannot be told
   * @param hooks whether it lives at GitHub, which delivers webhooks
   * @param why why the reader may not change it; empty where they may
   */
  public record Connection(
      String application,
      String repository,
      String url,
      State state,
      List<OverviewPage.Fact> facts,
      List<String> problems,
      boolean hooks,
      List<Delivery> deliveries,
      String why) {
    /** Where its buttons post to. */
    public String address() {
      return "/applications/" + application + "/remotes/" + repository;
    }
  }

  /** One delivery of a webhook. */
  public record Delivery(
      State state, String event, String id, String attempts, When at, String error) {}
}
