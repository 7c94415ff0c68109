package org.keras4j.examples;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.keras4j.core.NDArray;
import org.keras4j.layers.core.Dense;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.features.FeatureSpace;
import org.keras4j.training.Fit;

/** From a CSV file to a served model: the species of a penguin, of where it lives, its sex and its measures, some unknown. */
public final class Penguins {
  static final List<String> SPECIES = List.of("Adelie", "Chinstrap", "Gentoo");
  static final String HEADER =
      "island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year";
  private static final Map<String, Float> TYPICAL = Map.of(
      "bill_length_mm",
      43.9f,
      "bill_depth_mm",
      17.2f,
      "flipper_length_mm",
      201f,
      "body_mass_g",
      4200f);

  /** Columns by name: measures as numbers, typical ones where they are not known; others as texts, of which NA is one. */
  static Map<String, Object> columns(List<String> lines) {
    Map<String, Object> out = new TreeMap<>();
    String[] names = lines.get(0).split(",");
    for (int i = 0; i < names.length; i++) {
      int at = i;
      Float typical = TYPICAL.get(names[i]);
      Stream<String> cells = lines.stream().skip(1).map(line -> line.split(",")[at]);
      out.put(
          names[i],
          typical == null
              ? cells.toArray(String[]::new)
              : cells.map(c -> c.equals("NA") ? typical : Float.valueOf(c)).toList());
    }
    return out;
  }

  /** Trains a network that takes the columns as they are. */
  static Functional train(List<String> lines, int epochs) {
    Map<String, Object> table = columns(lines);
    int[] species =
        Stream.of((String[]) table.remove("species")).mapToInt(SPECIES::indexOf).toArray();
    FeatureSpace space = new FeatureSpace()
        .feature("island", "string_categorical")
        .feature("sex", "string_categorical")
        .feature("year", FeatureSpace.stringHashed(4))
        .cross(8, "island", "sex");
    TYPICAL.keySet().forEach(name -> space.feature(name, "float_normalized"));
    space.adapt(table);
    Object hidden = new Dense(16).activation("relu").invoke(space.getEncodedFeatures());
    Functional model =
        Model.of(space.getInputs(), new Dense(3).activation("softmax").invoke(hidden));
    model.compile("adam", "sparse_categorical_crossentropy", "accuracy");
    model.fit(table, species, Fit.epochs(epochs).batchSize(16).verbose(0));
    return model;
  }

  /** The species that the model takes a line without it for. */
  static String species(Model model, String line) {
    NDArray p = model.predict(columns(List.of(HEADER, line)));
    return SPECIES.get(
        IntStream.of(1, 2).reduce(0, (a, b) -> p.getFloat(b) > p.getFloat(a) ? b : a));
  }

  /** Answers {@code curl -d Biscoe,46.1,13.2,NA,4500,female,2007 localhost:PORT} with a species. */
  static HttpServer serve(Model model, int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("localhost", port), 0);
    server.createContext("/", exchange -> {
      try (exchange) {
        String line = new String(exchange.getRequestBody().readNBytes(1000), "UTF-8").trim();
        byte[] answer = species(model, line).getBytes("UTF-8");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
      }
    });
    server.start();
    return server;
  }

  /** Lines of the table that comes along: the penguins of Palmer Station, by A. Horst, A. Hill and K. Gorman (CC0). */
  static List<String> lines() throws IOException {
    try (InputStream in = Penguins.class.getResourceAsStream("penguins.csv")) {
      return new String(in.readAllBytes(), "UTF-8").lines().toList();
    }
  }

  /** Trains, saves to the path given, and serves. */
  public static void main(String[] args) throws IOException {
    Functional model = train(lines(), 40);
    model.save(Path.of(args[0]));
    System.out.println(
        "Listening on " + serve(Model.load(Path.of(args[0])), 8080).getAddress());
  }
}
