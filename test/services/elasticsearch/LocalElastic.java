import java.nio.file.*;
import java.util.*;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.mapper.MapperExtrasPlugin;
import org.elasticsearch.node.*;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.transport.Netty4Plugin;

/** One real Elasticsearch node on 127.0.0.1. Usage: LocalElastic <home dir> <http port, 0 = any> [key=value ...] */
public final class LocalElastic {
  static final class LocalNode extends Node {
    LocalNode(Environment env, Collection<Class<? extends Plugin>> plugins) { super(env, plugins, false); }
    String httpAddress() { return injector().getInstance(org.elasticsearch.http.HttpServerTransport.class).boundAddress().publishAddress().toString(); }
  }

  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]).toAbsolutePath();
    Files.createDirectories(home.resolve("config"));
    Settings.Builder s = Settings.builder()
        .put("path.home", home.toString())
        .put("cluster.name", "local").put("node.name", "local")
        .put("network.host", "127.0.0.1").put("http.port", args[1]).put("transport.port", "0")
        .put("discovery.type", "single-node")
        .put("action.auto_create_index", "true")
        .put("cluster.routing.allocation.disk.threshold_enabled", "false");
    for (int i = 2; i < args.length; i++) {
      int eq = args[i].indexOf('=');
      s.put(args[i].substring(0, eq), args[i].substring(eq + 1));
    }
    Environment env = InternalSettingsPreparer.prepareEnvironment(s.build(), Map.of(), home.resolve("config"), () -> "local");
    LocalNode node = new LocalNode(env, List.of(Netty4Plugin.class, MapperExtrasPlugin.class));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> { try { node.close(); } catch (Exception e) { e.printStackTrace(); } }));
    node.start();
    System.out.println("READY http://" + node.httpAddress());
    System.in.transferTo(java.io.OutputStream.nullOutputStream()); // the parent closes stdin: stop
    System.exit(0);
  }
}
