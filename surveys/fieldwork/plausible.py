"""What simulated respondents tend to answer: invented, near what was published, and nobody's.

For each question: the weight of each option, in any unit, and how strongly the answer follows a
respondent's own attitude to technology (positive: who likes it chooses the earlier options more
often). A question without an entry is answered evenly.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Tendency:
    """How one question tends to be answered."""

    weights: dict[str, float] = field(default_factory=dict)
    pull: float = 0.0  # of the attitude; along the order of the weights
    left_open: float = 0.01


def _steps(codes: str, *weights: float, pull: float = 0.9) -> Tendency:
    return Tendency(dict(zip(codes.split(), weights, strict=True)), pull)


SUPPORT = "strongly_support tend_to_support neither tend_to_oppose strongly_oppose dont_know"
AGREE = "strongly_disagree tend_to_disagree neither tend_to_agree strongly_agree dont_know"
QUALITY = "much_better a_little_better no_difference a_little_worse much_worse dont_know"
MORE = "much_more a_little_more about_the_same a_little_less much_less dont_know"
KNOW = (
    "know_a_lot know_a_fair_amount know_a_little heard_of_ai_but_know_nothing_about_it"
    " have_not_heard_of_ai dont_know"
)
BENEFIT = (
    "very_beneficial fairly_beneficial not_very_beneficial not_at_all_beneficial don_t_know"
    " prefer_not_to_say"
)
CONCERN = (
    "not_at_all_concerned not_very_concerned somewhat_concerned very_concerned don_t_know"
    " prefer_not_to_say"
)
IMPACT = (
    "improve_their_quality_of_work_by_supporting_them both_equally neither dont_know"
    " threaten_jobs_and_professional_status_as_these_t"
)
CONFIDENCE = {str(step): weight for step, weight in zip(
    range(10, -1, -1), (3, 4, 9, 15, 16, 20, 11, 9, 6, 3, 4), strict=True
)}  # fmt: skip

BOTH: dict[str, Tendency] = {
    "knowledge_of_ai": _steps(KNOW, 6, 25, 51, 13, 2, 3, pull=0.4),
    "biggest_risks": Tendency(
        {
            "health_care_becoming_more_impersonal_with_less_h": 44,
            "mistakes_not_noticed": 38,
            "unclear_who_is_responsible": 33,
            "data_misused": 31,
            "staff_lose_skills": 29,
            "unfair_to_some_groups": 14,
            "jobs_lost": 20,
            "money_not_well_spent": 22,
        }
    ),
    "biggest_challenges": Tendency(
        {
            "patients_might_not_accept_these_technologies_or": 43,
            "staff_shortages_or_inadequate_equipment_might_ma": 38,
            "not_enough_training": 36,
            "cost_of_buying_and_running": 35,
            "systems_do_not_work_together": 34,
            "staff_might_not_accept": 18,
            "rules_not_ready": 24,
            "data_not_good_enough": 21,
        }
    ),
    "biggest_opportunities": Tendency(
        {
            "analysis_of_images_and_test_results": 42,
            "risk_prediction_and_screening": 30,
            "use_of_robots_in_surgery": 24,
            "demand_and_capacity_management_scheduling_and_ro": 29,
            "notes_and_letters": 31,
            "advice_and_monitoring_at_home": 22,
            "developing_new_treatments": 33,
            "robotic_carers_and_assistants": 5,
        },
        pull=0.3,
    ),
    "confidence_before": Tendency({**CONFIDENCE, "dont_know": 5}, 1.3),
    "confidence_after": Tendency({**CONFIDENCE, "dont_know": 4}, 1.4),
    "sex": Tendency({"female": 53, "male": 45, "other": 0.6, "prefer_not_to_say": 1.4}),
    "comment": Tendency(left_open=0.97),
}

PUBLIC: dict[str, Tendency] = BOTH | {
    "more_or_less": _steps(MORE, 12, 25, 30, 14, 9, 10),
    "main_impact_workers": _steps(IMPACT, 38, 24, 9, 11, 18),
    "support_ai_care": _steps(SUPPORT, 18, 36, 22, 11, 7, 6),
    "support_ai_admin": _steps(SUPPORT, 23, 38, 19, 9, 6, 5),
    "ai_distant": _steps(AGREE, 5, 13, 23, 34, 19, 6),
    "ai_quality": _steps(QUALITY, 9, 28, 27, 13, 7, 16),
    **{
        f"ada_aware_{arm}": _steps("yes no not_sure prefer_not_to_say", *weights, pull=0.2)
        for arm, weights in (
            ("cancer", (41, 47, 11, 1)),
            ("vha", (48, 41, 10, 1)),
            ("rca", (29, 60, 10, 1)),
        )
    },
    **{
        f"ada_benefit_{arm}": _steps(BENEFIT, *weights)
        for arm, weights in (
            ("cancer", (51, 35, 5, 2, 6, 1)),
            ("vha", (12, 42, 26, 10, 9, 1)),
            ("rca", (14, 42, 21, 12, 10, 1)),
        )
    },
    **{
        f"ada_concern_{arm}": _steps(CONCERN, *weights)
        for arm, weights in (
            ("cancer", (21, 46, 23, 4, 5, 1)),
            ("vha", (8, 31, 41, 15, 4, 1)),
            ("rca", (9, 30, 37, 18, 5, 1)),
        )
    },
    "ada_comfort": Tendency(
        {
            "laws_and_regulations": 66,
            "procedures_for_appealing_decisions": 61,
            "security_of_personal_information": 57,
            "explanations_on_how_ai_decisions_are_made": 55,
            "monitoring_to_check_for_discrimination": 53,
            "more_human_involvement": 47,
            "government_regulator_approval": 39,
            "something_else": 2,
        }
    ),
    # Who answers is older and better qualified than the population: weighting has something to do.
    "age": Tendency(
        {
            "18_24": 6,
            "25_34": 13,
            "35_44": 16,
            "45_54": 18,
            "55_64": 20,
            "65_69": 11,
            "70_74": 9,
            "75": 6,
            "prefer_not_to_say": 1,
        },
        left_open=0,
    ),
    "region": Tendency(
        {
            "north_east": 4,
            "north_west": 11,
            "yorkshire_and_the_humber": 8,
            "east_midlands": 7,
            "west_midlands": 8,
            "east_of_england": 9,
            "london": 13,
            "south_east": 15,
            "south_west": 10,
            "wales": 5,
            "scotland": 8,
            "northern_ireland": 2,
            "prefer_not_to_say": 1,
        }
    ),
    "qualification": Tendency({"degree": 44, "lower": 48, "none": 6, "prefer_not_to_say": 2}),
    "country_of_birth": Tendency({"uk_born": 86, "not_uk_born": 13, "prefer_not_to_say": 1}),
}

STAFF: dict[str, Tendency] = BOTH | {
    "sex": Tendency({"female": 76, "male": 22, "other": 0.5, "prefer_not_to_say": 1.5}),
    "more_or_less": _steps(MORE, 17, 29, 26, 11, 6, 11),
    "main_impact_workers": _steps(IMPACT, 44, 16, 7, 8, 25),
    "support_ai_care": _steps(SUPPORT, 31, 45, 11, 6, 3, 4),
    "support_ai_admin": _steps(SUPPORT, 39, 42, 9, 4, 3, 3),
    "ai_distant": _steps(AGREE, 4, 11, 17, 41, 23, 4),
    "ai_quality": _steps(QUALITY, 15, 39, 21, 8, 3, 14),
    "used_at_work": _steps("often sometimes tried no dont_know", 9, 18, 15, 52, 6),
    "say_in_change": _steps("a_lot some a_little none dont_know", 5, 21, 37, 31, 6, pull=0.5),
    "prepared": _steps(
        "very_well fairly_well not_very_well not_at_all not_relevant dont_know",
        *(6, 28, 34, 18, 6, 8),
    ),
    "job": Tendency(
        {
            "nursing_and_midwifery": 33,
            "medical_and_dental": 9,
            "scientific_therapeutic_technical": 18,
            "ambulance": 3,
            "support_to_clinical": 18,
            "estates_and_facilities": 4,
            "central_functions": 9,
            "managers": 4,
            "prefer_not_to_say": 2,
        }
    ),
    "ethnic_group": Tendency(
        {"white": 80, "asian": 9, "black": 5, "mixed": 2, "another": 1, "prefer_not_to_say": 3}
    ),
    "age": Tendency({"under_30": 15, "30_44": 36, "45_54": 29, "55": 18, "prefer_not_to_say": 2}),
    "years_in_service": Tendency({"under_5": 26, "5_14": 36, "15": 36, "prefer_not_to_say": 2}),
}

TENDENCIES: dict[str, dict[str, Tendency]] = {
    "public-confidence": PUBLIC,
    "staff-confidence": STAFF,
}
