import java.nio.file.*;
import java.util.*;
import java.util.stream.Stream;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.*;
import org.elasticsearch.plugins.PluginsService;

/**
 * One real Elasticsearch 8 node on 127.0.0.1. It loads its transport from a folder of modules, as an installed one does,
 * and runs as a named module: `java -p <jars> --add-modules=org.elasticsearch.server`.
 * Usage: LocalElastic8 <home dir> <http port> <folder of jars> [key=value ...]
 */
public final class LocalElastic8 {
  private static final String VERSION = "8.11.4";

  static final class LocalNode extends Node {
    LocalNode(Environment env) {
      super(env, s -> new PluginsService(s, env.configFile(), env.modulesFile(), env.pluginsFile()), false);
    }
    String httpAddress() { return injector().getInstance(org.elasticsearch.http.HttpServerTransport.class).boundAddress().publishAddress().toString(); }
  }

  public static void main(String[] args) throws Exception {
    LogConfigurator.configureESLogging();
    Path home = Path.of(args[0]).toAbsolutePath();
    for (String folder : List.of("config", "plugins")) Files.createDirectories(home.resolve(folder));
    installTransport(home.resolve("modules/transport-netty4"), Path.of(args[2]));
    Settings.Builder s = Settings.builder()
        .put("path.home", home.toString())
        .put("cluster.name", "local").put("node.name", "local")
        .put("network.host", "127.0.0.1").put("http.port", args[1]).put("transport.port", "0")
        .put("discovery.type", "single-node")
        .put("action.auto_create_index", "true")
        .put("cluster.routing.allocation.disk.threshold_enabled", "false");
    for (int i = 3; i < args.length; i++) {
      int eq = args[i].indexOf('=');
      s.put(args[i].substring(0, eq), args[i].substring(eq + 1));
    }
    Environment env = InternalSettingsPreparer.prepareEnvironment(s.build(), Map.of(), home.resolve("config"), () -> "local");
    LocalNode node = new LocalNode(env);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> { try { node.close(); } catch (Exception e) { e.printStackTrace(); } }));
    node.start();
    System.out.println("READY http://" + node.httpAddress());
    System.in.transferTo(java.io.OutputStream.nullOutputStream()); // the parent closes stdin: stop
    System.exit(0);
  }

  private static void installTransport(Path module, Path jars) throws Exception {
    Files.createDirectories(module);
    try (Stream<Path> all = Files.list(jars)) {
      for (Path jar : all.filter(LocalElastic8::isTransport).toList())
        Files.copy(jar, module.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.writeString(module.resolve("plugin-descriptor.properties"), String.join("\n",
        "name=transport-netty4", "description=transport", "version=" + VERSION, "elasticsearch.version=" + VERSION,
        "java.version=17", "classname=org.elasticsearch.transport.netty4.Netty4Plugin", "extended.plugins=", ""));
  }

  static boolean isTransport(Path jar) {
    String name = jar.getFileName().toString();
    return name.startsWith("netty-") || name.startsWith("transport-netty4");
  }
}
