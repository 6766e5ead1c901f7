import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import software.amazon.event.ruler.*;

/**
 * The event-ruler library as an oracle. Reads one JSON object a line from stdin:
 * {"events":["…", …]} sets the events that the following questions are about (JSON texts), without an answer;
 * {"pattern":"…"} (a JSON text) is answered by one line: {"matches":[indexes of the events]} or {"error":"…"}.
 * Each pattern gets a machine of its own.
 */
public final class RulerCheck {
  public static void main(String[] args) throws Exception {
    ObjectMapper json = new ObjectMapper();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false, StandardCharsets.UTF_8);
    List<String> events = new ArrayList<>();
    for (String line; (line = in.readLine()) != null;) {
      JsonNode question = json.readTree(line);
      if (question.has("events")) {
        events.clear();
        for (JsonNode event : question.get("events")) events.add(event.asText());
        continue;
      }
      ObjectNode answer = json.createObjectNode();
      try {
        Machine machine = Machine.builder().build();
        machine.addRule("r", question.get("pattern").asText());
        ArrayNode matches = json.createArrayNode();
        for (int i = 0; i < events.size(); i++) if (!machine.rulesForJSONEvent(events.get(i)).isEmpty()) matches.add(i);
        answer.set("matches", matches);
      } catch (Exception e) {
        answer.put("error", String.valueOf(e.getMessage()));
      }
      out.println(json.writeValueAsString(answer));
    }
    out.flush();
  }
}
