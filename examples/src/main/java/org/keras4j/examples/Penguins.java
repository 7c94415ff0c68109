package org.keras4j.examples;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.keras4j.layers.core.Dense;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;
import org.keras4j.models.features.FeatureSpace;
import org.keras4j.ops.Ops;
import org.keras4j.training.Fit;

/** From a CSV file to a served model: the species of a penguin, of where it lives, its sex and its measures, some unknown. */
public final class Penguins {
  static final List<String> SPECIES = List.of("Adelie", "Chinstrap", "Gentoo");
  static final String HEADER =
      "island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year";
  private static final List<String> MEASURES = List.of(HEADER.split(",")).subList(1, 5);
  private static final float[] TYPICAL = {43.9f, 17.2f, 201, 4200};

  /** Columns by name: measures as numbers, typical ones where they are not known; others as texts, of which NA is one. */
  static Map<String, Object> columns(List<String> lines) {
    Map<String, Object> out = new TreeMap<>();
    String[] names = lines.get(0).split(",");
    for (int i = 0; i < names.length; i++) {
      int at = i;
      int m = MEASURES.indexOf(names[i]);
      Stream<String> cells = lines.stream().skip(1).map(line -> line.split(",")[at]);
      Object column = m < 0
          ? cells.toArray(String[]::new)
          : cells.map(c -> c.equals("NA") ? TYPICAL[m] : Float.valueOf(c)).toList();
      out.put(names[i], column);
    }
    return out;
  }

  /** Trains a network that takes the columns as they are. */
  static Functional train(List<String> lines, int epochs) {
    Map<String, Object> table = columns(lines);
    String[] names = (String[]) table.remove("species");
    FeatureSpace space = new FeatureSpace()
        .feature("island", "string_categorical")
        .feature("sex", "string_categorical")
        .feature("year", FeatureSpace.stringHashed(4))
        .cross(8, "island", "sex");
    MEASURES.forEach(name -> space.feature(name, "float_normalized"));
    space.adapt(table);
    var hidden = new Dense(16).activation("relu").invoke(space.getEncodedFeatures());
    var species = new Dense(3).activation("softmax").invoke(hidden);
    Functional model = Model.of(space.getInputs(), species);
    model.compile("adam", "sparse_categorical_crossentropy", "accuracy");
    int[] labels = Stream.of(names).mapToInt(SPECIES::indexOf).toArray();
    model.fit(table, labels, Fit.epochs(epochs).batchSize(16).verbose(0));
    return model;
  }

  /** The species that the model takes a line without it for. */
  static String species(Model model, String line) {
    var p = model.predict(columns(List.of(HEADER, line)));
    return SPECIES.get((int) Ops.argmax(p).item());
  }

  /** Answers {@code curl -d Biscoe,46.1,13.2,NA,4500,female,2007 localhost:PORT} with a species. */
  static HttpServer serve(Model model, int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("localhost", port), 0);
    server.createContext("/", exchange -> {
      try (exchange) {
        String line = new String(exchange.getRequestBody().readNBytes(1000), "UTF-8").trim();
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(species(model, line).getBytes("UTF-8"));
      }
    });
    server.start();
    return server;
  }

  /** Trains on a CSV file, saves to a path, and serves what was saved on a port, 8080 if none is given. */
  public static void main(String[] args) throws IOException {
    train(Files.readAllLines(Path.of(args[0])), 40).save(Path.of(args[1]));
    serve(Model.load(Path.of(args[1])), args.length > 2 ? Integer.parseInt(args[2]) : 8080);
  }
}
