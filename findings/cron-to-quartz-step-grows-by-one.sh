#!/usr/bin/env bash
# What: cron-to-quartz adds 1 to each number in the day of week, because Sunday is 1 in Quartz. It also adds 1 to a step: every
# second day, "*/2", becomes every third, "*/3", and "1-5/2", which is Monday, Wednesday and Friday, becomes "2-6/3", which is
# Monday and Thursday. Sunday as 7 becomes 8, which Quartz refuses. A range without a step is right.
# Where: cron-to-quartz 1.4.15. croner 11.0.1 computes the days of the crontab, Quartz 2.5.0 those of the result.
# Who is affected: whoever moves a crontab to a scheduler with Quartz expressions: some jobs run on other days, without an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cron-to-quartz@1.4.15 croner@11.0.1
for artifact in org.quartz-scheduler:quartz:2.5.0 org.slf4j:slf4j-api:2.0.16; do
  mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
    -Dartifact="$artifact" -DoutputDirectory="$folder/jars" >/dev/null
done
cat >run.cjs <<'JS'
const { getQuartz } = require("cron-to-quartz");
const { Cron } = require("croner");
const names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
for (const field of ["1-5", "*/2", "1-5/2", "7"]) {
  const runs = new Cron(`0 9 * * ${field}`, { timezone: "UTC" }).nextRuns(7, new Date("2027-01-03T00:00:00Z"));
  const days = names.filter((_, day) => runs.some((run) => run.getUTCDay() === day));
  console.log(`${field}: ${days.join(" ")}\t${getQuartz(`0 9 * * ${field}`)[0].join(" ")}`);
}
JS
cat >Days.java <<'JAVA'
import java.time.*;
import java.util.*;
import org.quartz.CronExpression;

class Days {
  public static void main(String[] lines) {
    for (String line : lines) {
      String quartz = line.split("\t")[1];
      StringJoiner days = new StringJoiner(" ");
      try {
        CronExpression expression = new CronExpression(quartz);
        expression.setTimeZone(TimeZone.getTimeZone("UTC"));
        Instant sunday = Instant.parse("2027-01-03T09:00:00Z");
        for (int day = 0; day < 7; day++) {
          Instant run = sunday.plus(Duration.ofDays(day));
          if (expression.isSatisfiedBy(Date.from(run)))
            days.add(run.atZone(ZoneOffset.UTC).format(java.time.format.DateTimeFormatter.ofPattern("E", Locale.ENGLISH)));
        }
      } catch (java.text.ParseException error) {
        days.add("refused");
      }
      System.out.println(line.replace("\t", " -> ") + ": " + days);
    }
  }
}
JAVA
mapfile -t converted < <(node run.cjs)
java -cp "$folder/jars/*" Days.java "${converted[@]}" 2>log >seen || { cat log && exit 1; }
cat >expected <<'TEXT'
1-5: Mon Tue Wed Thu Fri -> 0 0 9 ? * 2-6 *: Mon Tue Wed Thu Fri
*/2: Sun Tue Thu Sat -> 0 0 9 ? * */3 *: Sun Wed Sat
1-5/2: Mon Wed Fri -> 0 0 9 ? * 2-6/3 *: Mon Thu
7: Sun -> 0 0 9 ? * 8 *: refused
TEXT
cat seen
diff expected seen
