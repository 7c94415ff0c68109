package org.keras4j.hub.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/** Settings written as JSON, within {@link ReadLimits#defaults()}: by others, so that nothing is believed of them. */
public final class JsonObjects {
  private JsonObjects() {}

  /**
   * The object in a file.
   *
   * @throws FileFormatException if it is no JSON object, or larger or deeper than the limits allow
   * @throws IOException if there is no such file, or it cannot be read
   */
  public static ObjectNode read(Path file) throws IOException {
    int most = ReadLimits.defaults().maxConfigBytes();
    if (Files.size(file) > most) {
      throw new FileFormatException(file + " has " + Files.size(file) + " bytes, more than the "
          + most + " that are taken (ReadLimits.maxConfigBytes)");
    }
    return parse(file.toString(), Files.readAllBytes(file));
  }

  /**
   * The object in a text.
   *
   * @param source where the text is from, for messages
   * @param text in UTF-8
   * @throws FileFormatException if it is no JSON object, or deeper than the limits allow
   */
  public static ObjectNode parse(String source, byte[] text) throws FileFormatException {
    ReadLimits limits = ReadLimits.defaults();
    ObjectMapper json = new ObjectMapper(JsonFactory.builder()
        .streamReadConstraints(StreamReadConstraints.builder()
            .maxNestingDepth(limits.maxConfigDepth())
            .maxTokenCount(limits.maxConfigTokens())
            .build())
        .build());
    JsonNode root;
    try {
      root = json.readTree(text);
    } catch (JsonProcessingException e) {
      throw new FileFormatException(
          source + " is no valid JSON: " + e.getOriginalMessage(), e.getCause());
    } catch (IOException e) {
      throw new FileFormatException(source + " is no text in UTF-8", e);
    }
    if (root instanceof ObjectNode object) {
      return object;
    }
    throw new FileFormatException(source + ": expected a JSON object");
  }
}
