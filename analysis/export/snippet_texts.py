"""The R and the Python program that remake one table; ``$name`` is filled in."""

from __future__ import annotations

R = r"""# $note
# Shares of the answers to $variable by $breakdown, weight $weight, with linearised standard errors.
# Run it beside the files. Needs the packages survey, and haven or foreign.
suppressMessages(library(survey))
options(survey.lonely.psu = "$lonely")

read_numbers <- function(file) {
  if (requireNamespace("haven", quietly = TRUE)) {
    columns <- lapply(haven::read_sav(file, user_na = TRUE), function(column) {
      attributes(column) <- NULL
      column
    })
    return(as.data.frame(columns, stringsAsFactors = FALSE))
  }
  suppressWarnings(foreign::read.spss(file, to.data.frame = TRUE, use.value.labels = FALSE,
                                      use.missings = FALSE, stringsAsFactors = FALSE))
}

answers <- read_numbers($sav)
answers <- answers[!is.na(answers$$$weight_name), ]
answers$$person_id <- trimws(answers$$person_id)
design <- svydesign(ids = ~1, strata = ~stratum, weights = ~$weight_name,$fpc
                    data = answers)

# Dichotomies of the answers, and who answered: -1 to -5 say why somebody did not.
options_of <- $options
groups <- $groups
chosen <- $chosen
answered <- $answered
group_of <- answers$$$by_name
$residual
row <- function(banner, group, code, inside) {
  w <- weights(design)
  N <- sum(w[inside])
  y <- inside & chosen(code)
  p <- sum(w[y]) / N
  z <- residual(ifelse(inside, (y - p) / N, 0))
  error <- as.numeric(SE(svytotal(~z, update(design, z = z))))
  data.frame(stub_code = code, banner = banner, banner_code = group, value = p, se = error,
             n = sum(inside))
}

rows <- lapply(names(options_of), function(code) row("total", "total", code, answered))
for (group in names(groups)) {
  inside <- answered & group_of %in% groups[[group]]
  if (any(inside)) {
    rows <- c(rows, lapply(names(options_of), function(code) row($by, group, code, inside)))
  }
}
shares <- do.call(rbind, rows)
print(shares, digits = 4, row.names = FALSE)
write.csv(shares, $out, row.names = FALSE)
"""

R_RESIDUAL = r"""
# The weights were made to meet population totals, so only what these totals do not explain is
# sampling error: the residual from a regression with the weights before calibration.
calibration <- read.csv($calibration,
                        colClasses = c(person_id = "character"))
calibration <- calibration[match(answers$$person_id, calibration$$person_id), ]
X <- as.matrix(calibration[, -(1:2)])
residual <- function(z) lm.wfit(X, z, calibration$$start)$$residuals
"""

R_NO_RESIDUAL = """residual <- identity
"""

PYTHON = r'''"""$note

Shares of the answers to $variable by $breakdown, weight $weight, with linearised standard errors.
Run it beside the files. Needs numpy, pandas and pyarrow.
"""

import numpy as np
import pandas as pd

answers = pd.read_parquet($parquet)
answers = answers[answers["$weight"].notna()].reset_index(drop=True)
weight = answers["$weight"].to_numpy()
population = $population

# Dichotomies of the answers, and who answered; the other codes say why somebody did not.
options = $options
groups = $groups
missing = ["dk", "ref", "skip", "na_route", "break_off"]
chosen = {code: ($is_chosen).to_numpy() for code in options}
answered = (answers[$first].notna() & ~answers[$first].isin(missing)).to_numpy()
$residual

def standard_error(z):
    """Standard error of the total of weight * z in a stratified sample."""
    scores = weight * residual(z)
    variance = 0.0
    for rows in answers.groupby("stratum").indices.values():
        n = len(rows)
        rest = 1.0 if population is None else 1 - n / population[rows[0]]
        if n == 1:$alone
            continue
        variance += rest * n / (n - 1) * ((scores[rows] - scores[rows].mean()) ** 2).sum()
    return np.sqrt(variance)


def row(banner, group, code, inside):
    N = weight[inside].sum()
    y = inside & chosen[code]
    p = weight[y].sum() / N
    error = standard_error(np.where(inside, (y - p) / N, 0.0))
    return {"stub_code": code, "banner": banner, "banner_code": group, "value": p, "se": error,
            "n": int(inside.sum())}


rows = [row("total", "total", code, answered) for code in options]
for group in groups:
    inside = answered & (answers[$by] == group).to_numpy()
    if inside.any():
        rows += [row($by, group, code, inside) for code in options]
shares = pd.DataFrame(rows)
print(shares.to_string(index=False))
shares.to_csv($out, index=False)
'''

PYTHON_RESIDUAL = r"""
# The weights were made to meet population totals, so only what these totals do not explain is
# sampling error: the residual from a regression with the weights before calibration.
calibration = pd.read_csv($calibration, dtype={"person_id": str})
calibration = calibration.set_index("person_id").loc[answers["person_id"]]
root = np.sqrt(calibration.pop("start").to_numpy())
X = calibration.to_numpy()


def residual(z):
    coefficients, *_ = np.linalg.lstsq(X * root[:, None], z * root, rcond=1e-12)
    return z - X @ coefficients
"""

PYTHON_NO_RESIDUAL = """

def residual(z):
    return z
"""
