package org.keras4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.models.Functional;
import org.keras4j.models.Model;

/** The program from a CSV file to a served model. */
class PenguinsTest {
  @Test
  void speciesAreToldOverHttp(@TempDir Path folder) throws Exception {
    Path csv = Path.of(Penguins.class.getResource("penguins.csv").toURI()); // of Palmer Station
    List<String> all = Files.readAllLines(csv);
    List<String> train = new ArrayList<>();
    List<String> test = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      (i % 5 == 1 ? test : train).add(all.get(i));
    }
    assertEquals(345, all.size());
    Functional made = Penguins.train(train, 20);
    made.save(folder.resolve("penguins.keras"));
    Model model = Model.load(folder.resolve("penguins.keras"));
    int right = 0;
    for (String line : test) {
      String[] parts = line.split(",", 2);
      String found = Penguins.species(model, parts[1]);
      assertEquals(Penguins.species(made, parts[1]), found);
      right += found.equals(parts[0]) ? 1 : 0;
    }
    assertTrue(right >= 0.9 * test.size(), right + " of " + test.size());
    HttpServer server = Penguins.serve(model, 0);
    try {
      URI uri = URI.create("http://localhost:" + server.getAddress().getPort() + "/");
      HttpRequest ask = HttpRequest.newBuilder(uri)
          .POST(HttpRequest.BodyPublishers.ofString("Biscoe,46.1,13.2,NA,5000,NA,2007"))
          .build();
      assertEquals(
          "Gentoo",
          HttpClient.newHttpClient()
              .send(ask, HttpResponse.BodyHandlers.ofString())
              .body());
    } finally {
      server.stop(0);
    }
  }
}
