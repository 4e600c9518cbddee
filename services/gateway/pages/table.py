"""The pages, with who may ask for each."""

from collections.abc import Sequence

from services.gateway.domain.roles import Role
from services.gateway.pages.account import (
    account,
    add_hashtag,
    add_webhook,
    drop_webhook,
    equip,
    revoke_hashtag,
)
from services.gateway.pages.administration import (
    administration,
    ask_for_hashtag,
    close_request,
    new_user,
    rotate_hashtag,
    settle_dead_letter,
)
from services.gateway.pages.calibration import (
    calibration_card,
    calibration_page,
    calibration_picture,
)
from services.gateway.pages.colour_terms import colour_terms, forget_colour_terms
from services.gateway.pages.feed import target_feed
from services.gateway.pages.forms import (
    deletion_form,
    event_form,
    help_page,
    login_form,
    observer_form,
    style_guide,
    upload_page,
)
from services.gateway.pages.front import log_in, log_out, welcome
from services.gateway.pages.image_files import (
    LISTS,
    PICTURES,
    image_list,
    image_picture,
)
from services.gateway.pages.inbox import (
    alert_inbox,
    inbox_live,
    packet_page,
    promote,
    raw_packet,
    submit_packet,
)
from services.gateway.pages.jobs import job_live, job_page, uploaded_file
from services.gateway.pages.light_curves import (
    followup_list,
    light_curve_data,
    observatories,
)
from services.gateway.pages.networks import network_page, observatory_page
from services.gateway.pages.points import delete_point, restore_point
from services.gateway.pages.recalibration import recalibrate
from services.gateway.pages.reference_stars import finder_chart, reference_stars
from services.gateway.pages.scs import cone_search
from services.gateway.pages.status import status
from services.gateway.pages.target import target_page
from services.gateway.pages.target_list import list_of_alerts
from services.gateway.pages.targets import (
    correct_target,
    merge_targets,
    new_event,
    retract_target,
)
from services.gateway.pages.upload import upload
from services.gateway.pages.whatif import what_if
from services.gateway.web.route import PACKET_LIMIT, Route, data, get, post

__all__ = ["PAGES"]

_PICTURES, _LISTS = "|".join(PICTURES), "|".join(LISTS)

PAGES: Sequence[Route] = (
    get("/", welcome, Role.ANYBODY),
    get("/login", login_form, Role.ANYBODY),
    get("/uploader", upload_page, Role.ANYBODY),
    get("/newevent", event_form, Role.ANYBODY),
    get("/delpoint", deletion_form, Role.ANYBODY),
    get("/newuser", observer_form, Role.ANYBODY),
    get("/help", help_page, Role.ANYBODY),
    get("/styleguide", style_guide, Role.ANYBODY),
    get("/list_of_alerts", list_of_alerts, Role.ANYBODY),
    data("/get_alert_lc_data", light_curve_data),
    get("/light_curve", target_page, Role.ANYBODY),
    get("/network", network_page, Role.ANYBODY),
    get("/observatory", observatory_page, Role.ANYBODY),
    get("/list_of_followups", followup_list, Role.ANYBODY),
    get("/observatories", observatories, Role.ANYBODY),
    get("/reference_stars", reference_stars, Role.ANYBODY),
    get("/finder/{alert:[1-9][0-9]{0,11}}.svg", finder_chart, Role.ANYBODY),
    get("/vo/scs", cone_search, Role.ANYBODY),
    get("/colour_terms", colour_terms, Role.OBSERVER),
    get("/account", account, Role.OBSERVER),
    get("/administration", administration, Role.ADMINISTRATOR),
    get("/alert_inbox", alert_inbox, Role.ANYBODY),
    get("/alert_inbox/live", inbox_live, Role.ANYBODY),
    get("/packet/{packet:[0-9a-f]{64}}", packet_page, Role.ANYBODY),
    get("/packet/{packet:[0-9a-f]{64}}/raw", raw_packet, Role.ANYBODY),
    get("/status", status, Role.ANYBODY),
    get("/feeds/{name:.+}.atom", target_feed, Role.ANYBODY),
    get("/job/{upload}", job_page, Role.ANYBODY),
    get("/job/{upload}/live", job_live, Role.ANYBODY),
    get("/calibration/{upload}.{layout:svg|png}", calibration_picture, Role.ANYBODY),
    get("/calibration/{upload}/card", calibration_card, Role.ANYBODY),
    get("/calibration/{upload}", calibration_page, Role.ANYBODY),
    data("/upload/{upload}.cat", uploaded_file),
    get(f"/image/{{upload}}/{{picture:{_PICTURES}}}", image_picture, Role.ANYBODY),
    data(f"/image/{{upload}}/{{list:{_LISTS}}}", image_list),
    post("/login", log_in, Role.ANYBODY, again=login_form),
    post("/logout", log_out, Role.ANYBODY),
    post("/cgi/upload", upload, Role.UPLOADER, limit=None, again=upload_page),
    post("/cgi/delpoint", delete_point, Role.UPLOADER, again=deletion_form),
    post("/cgi/restorepoint", restore_point, Role.UPLOADER),
    post("/cgi/newevent", new_event, Role.UPLOADER, again=event_form),
    post("/cgi/correcttarget", correct_target, Role.UPLOADER),
    post("/cgi/retracttarget", retract_target, Role.UPLOADER),
    post("/cgi/mergetargets", merge_targets, Role.ADMINISTRATOR),
    post("/cgi/packet", submit_packet, Role.UPLOADER, limit=PACKET_LIMIT),
    post("/cgi/promote", promote, Role.ADMINISTRATOR),
    post("/cgi/newuser", new_user, Role.ADMINISTRATOR, again=observer_form),
    post("/cgi/forgetcolours", forget_colour_terms, Role.UPLOADER),
    post("/cgi/recalibrate", recalibrate, Role.UPLOADER),
    post("/cgi/whatif", what_if, Role.UPLOADER),
    post("/cgi/newwebhook", add_webhook, Role.UPLOADER),
    post("/cgi/dropwebhook", drop_webhook, Role.UPLOADER),
    post("/cgi/equip", equip, Role.UPLOADER),
    post("/cgi/newhashtag", add_hashtag, Role.OBSERVER),
    post("/cgi/revokehashtag", revoke_hashtag, Role.OBSERVER),
    post("/cgi/rotatehashtag", rotate_hashtag, Role.ADMINISTRATOR),
    post("/cgi/askhashtag", ask_for_hashtag, Role.ANYBODY, again=login_form),
    post("/cgi/closerequest", close_request, Role.ADMINISTRATOR),
    post("/cgi/deadletter", settle_dead_letter, Role.ADMINISTRATOR),
)
