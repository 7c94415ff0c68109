package org.keras4j.tck.applications;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.keras4j.core.NDArray;
import org.keras4j.core.files.GetFile;
import org.keras4j.models.Model;

/**
 * MobileNetV2 and InceptionV3 with real trained weights, those of the npm package nsfwjs, give the probabilities of real photographs
 * that TensorFlow.js gives: scripts/record_nsfwjs.js recorded them. {@code -Dkeras4j.nsfwjs=FILE} names the package's archive; the
 * profile {@code nsfwjs} has npm fetch it.
 */
@EnabledIfSystemProperty(named = "keras4j.nsfwjs", matches = ".+")
class RealWeightsTest {
  private static final String SHA256 =
      "585cd178f3b994337c4d10a87b080d342fc52f8b9bf0085c4d1f345a3a1c5382";
  private static final float TOLERANCE = 1e-4f;

  /** A JavaScript object as its minifier writes it. */
  private static final JsonMapper SCRIPT = JsonMapper.builder()
      .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
      .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
      .build();

  @TempDir
  static Path folder;

  @ParameterizedTest
  @CsvSource({"mobilenet_v2,224", "inception_v3,299"})
  void probabilitiesAreThoseOfTensorFlowJs(String name, int side) throws IOException {
    Model model = Model.load(unpacked(name));
    int photos = 0;
    for (String line :
        text(RealWeightsTest.class.getResource("nsfwjs/probabilities.jsonl")).split("\n")) {
      JsonNode recorded = new ObjectMapper().readTree(line);
      if (recorded.get("model").asText().equals(name)) {
        String photo = recorded.get("photo").asText();
        NDArray found = model.predict(pixels(photo, side));
        assertEquals(recorded.get("probabilities").size(), found.size());
        assertArrayEquals(
            floats(recorded.get("probabilities")), found.toFloatArray(), TOLERANCE, photo);
        photos++;
      }
    }
    assertEquals(4, photos);
  }

  /** The square in the middle of a photograph, from 0 to 1. */
  private static NDArray pixels(String photo, int side) throws IOException {
    var image = ImageIO.read(RealWeightsTest.class.getResource("nsfwjs/" + photo));
    int left = (image.getWidth() - side) / 2;
    int top = (image.getHeight() - side) / 2;
    int[] rgb = image.getRGB(left, top, side, side, null, 0, side);
    float[] out = new float[rgb.length * 3];
    for (int i = 0; i < out.length; i++) {
      out[i] = (rgb[i / 3] >> (16 - 8 * (i % 3)) & 255) / 255f;
    }
    return NDArray.of(out, 1, side, side, 3);
  }

  /** A model of the package as TensorFlow.js keeps models: there its parts are scripts that give objects and texts. */
  private static Path unpacked(String name) throws IOException {
    Path archive = Path.of(System.getProperty("keras4j.nsfwjs")).toAbsolutePath();
    Path from = GetFile.of(archive.toUri().toString())
        .fname("nsfwjs.tgz")
        .fileHash(SHA256)
        .cacheDir(folder)
        .extract(true)
        .get();
    Path scripts;
    try (Stream<Path> found = Files.walk(from)) {
      scripts = found.filter(p -> p.endsWith("dist/models/" + name)).findFirst().orElseThrow();
    }
    String model = Files.readString(scripts.resolve("model.min.js"));
    model = model
        .substring(model.indexOf("{modelTopology:"))
        .replace("!0", "true")
        .replace("!1", "false");
    JsonNode json;
    try (JsonParser parser = SCRIPT.createParser(model)) {
      json = SCRIPT.readTree(parser);
    }
    Path to = Files.createDirectories(folder.resolve(name));
    for (JsonNode group : json.get("weightsManifest")) {
      for (JsonNode shard : group.get("paths")) {
        String script = Files.readString(scripts.resolve(shard.asText() + ".min.js"));
        int start = script.indexOf(".exports=\"") + ".exports=\"".length();
        String packed = script.substring(start, script.indexOf('"', start));
        Files.write(to.resolve(shard.asText()), Base64.getDecoder().decode(packed));
      }
    }
    return Files.writeString(to.resolve("model.json"), json.toString());
  }

  private static float[] floats(JsonNode numbers) {
    float[] out = new float[numbers.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) numbers.get(i).asDouble();
    }
    return out;
  }

  private static String text(URL resource) throws IOException {
    try (InputStream in = resource.openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
