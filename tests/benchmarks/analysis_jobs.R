# Seconds that R survey needs for the jobs of analysis_jobs.py, on the same rows.
# Rscript analysis_jobs.R rows.csv repeats  ->  lines "job seconds"
suppressPackageStartupMessages(library(survey))
arguments <- commandArgs(TRUE)
rows <- read.csv(arguments[1], colClasses = c(w = "numeric"), stringsAsFactors = TRUE)
repeats <- as.integer(arguments[2])
for (name in setdiff(names(rows), "w")) rows[[name]] <- factor(rows[[name]])
seconds <- function(code) {
  took <- system.time(code())[["elapsed"]]
  took
}
report <- function(job, value) cat(job, format(value, digits = 8), "\n")

plain <- svydesign(id = ~1, strata = ~stratum, weights = ~w, data = rows)
table <- function(design) {
  svymean(~item1, design)
  svyby(~item1, ~g1, design, svymean)
}
report("banner_table", seconds(function() for (i in seq_len(repeats)) table(plain)) / repeats)

margins <- c(stratum = "stratum", sex = "sex", origin = "origin")
formula <- ~stratum + sex + origin
totals <- colSums(model.matrix(formula, rows) * 1.1 * rows$w)
calibrated <- calibrate(plain, formula, totals, calfun = "raking")
report("calibrated_table", seconds(function() table(calibrated)))

if (length(arguments) > 2) {
  count <- as.integer(arguments[3])
  set.seed(1)
  replicates <- as.svrepdesign(plain, type = "subbootstrap", replicates = count, compress = FALSE)
  report("replicated_table", seconds(function() table(replicates)))
}
