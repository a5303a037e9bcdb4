package sample;

/** The staff directory's API: {@code serve} answers requests, {@code migrate} brings the database up to date. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    String verb = args.length == 0 ? "serve" : args[0];
    switch (verb) {
      case "serve" -> serve();
      case "migrate" -> {
        try (Database database = Database.fromEnvironment(1)) {
          Migrations.run(database);
        }
      }
      default -> {
        System.err.println("usage: api (serve|migrate)");
        System.exit(2);
      }
    }
  }

  private static void serve() throws Exception {
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
    Database database = Database.fromEnvironment(4);
    Api api = new Api(database, new Employees(database), new Sync(database, Sync.folder()));
    Server server = Server.start(port, api);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.stop();
                  database.close();
                }));
    System.out.println("staff directory " + Version.NAME + " listens on port " + port);
  }
}
